package io.penstock.source.file;

import static io.penstock.testkit.contract.RecordingOwner.NOTHING;
import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.DecodeException;
import io.penstock.connector.Lane;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The source file")
class FileSourceTest {

  private static final Lane APP = new Lane("app.log");

  @TempDir private Path folder;
  private final StateStore state = new MemoryStateStore();
  private final List<FileSource> open = new ArrayList<>();
  private final Map<String, Object> settings = new HashMap<>(Map.of("paths", "app.log"));
  private RecordingOwner owner = new RecordingOwner();
  private long nowNs = 1;

  private FileSource open() {
    owner = new RecordingOwner();
    FileSource source = TestSource.make(settings, folder, () -> nowNs);
    open.add(source);
    source.open(context());
    return source;
  }

  private TestSourceContext context() {
    return TestSourceContext.of("logs", owner).withState(state);
  }

  private void close(FileSource source) {
    open.remove(source);
    source.close();
  }

  /** As a process that is killed: what was not committed is not settled. */
  private void kill(FileSource source) {
    owner.answerRevocations(known -> CompletableFuture.completedFuture(Map.of()));
    close(source);
  }

  @AfterEach
  void closeAll() {
    open.forEach(FileSource::close);
  }

  private void append(String name, String text) {
    try {
      Files.writeString(
          folder.resolve(name), text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void rename(String from, String to) throws IOException {
    Files.move(folder.resolve(from), folder.resolve(to));
  }

  /** Polls a few times, with this time between. */
  private void poll(FileSource source, Duration step) {
    for (int i = 0; i < 6; i++) {
      nowNs += step.toNanos();
      owner.poll(source, PLENTY, Duration.ZERO);
    }
  }

  private void poll(FileSource source) {
    poll(source, Duration.ofMillis(250));
  }

  private List<String> texts() {
    return owner.texts(APP);
  }

  private void settle(FileSource source) {
    owner.settleAll();
    source.commit(owner.commits());
  }

  @Test
  void readsLinesAndWaitsForTheRestOfThem() {
    append("app.log", "one\ntw");
    FileSource source = open();
    poll(source);
    assertThat(texts()).containsExactly("one");
    append("app.log", "o\r\n\nthr\u00fc");
    poll(source);
    assertThat(texts()).containsExactly("one", "two", "");
    append("app.log", "e\n");
    poll(source);
    assertThat(texts()).containsExactly("one", "two", "", "thr\u00fce");
    assertThat(owner.taken(APP))
        .extracting(SourceRecord::position)
        .containsExactly(0L, 4L, 9L, 10L);
    assertThat(source.lag(APP)).isZero();
  }

  @Test
  void describesALine() {
    append("app.log", "one\ntwo\n");
    FileSource source = open();
    poll(source);
    var first = owner.taken(APP).get(0).event();
    var second = owner.taken(APP).get(1).event();
    assertThat(first.id()).endsWith("-0").isNotEqualTo(second.id());
    assertThat(first.source()).isEqualTo(folder.resolve("app.log").toUri().toString());
    assertThat(first.type()).isEqualTo("io.penstock.file.line");
    assertThat(first.dataContentType()).hasValue("text/plain");
    assertThat(second.extensions()).isEqualTo(Map.of("fileoffset", "4"));
  }

  @Test
  void waitsForAFileThatIsNotThereYet() {
    FileSource source = open();
    poll(source);
    assertThat(owner.owned()).containsExactly(APP);
    append("app.log", "one\n");
    poll(source);
    assertThat(texts()).containsExactly("one");
  }

  @Test
  void readsARenamedFileToItsEndBeforeTheNewOne() throws IOException {
    append("app.log", "1\n2\n");
    FileSource source = open();
    poll(source);
    rename("app.log", "app.log.1");
    append("app.log.1", "3\nunfinished");
    append("app.log", "4\n");
    poll(source, Duration.ofMillis(500));
    assertThat(texts()).as("its writer may not have noticed").containsExactly("1", "2", "3");
    append("app.log.1", " line");
    poll(source, Duration.ofSeconds(2));
    assertThat(texts()).containsExactly("1", "2", "3", "unfinished line", "4");
    append("app.log", "5\n");
    poll(source);
    assertThat(texts()).endsWith("4", "5");
    assertThat(owner.taken(APP)).extracting(SourceRecord::position).isSorted();
    assertThat(owner.taken(APP).stream().map(r -> r.event().id())).doesNotHaveDuplicates();
  }

  @Test
  void missesNoFileThatIsRenamedWhileAnOlderOneIsRead() throws IOException {
    append("app.log", "a\n");
    FileSource source = open();
    poll(source);
    for (String next : List.of("b", "c", "d")) {
      rename("app.log", "app.log." + next);
      append("app.log", next + "\n");
      poll(source, Duration.ofMillis(210));
    }
    poll(source, Duration.ofSeconds(2));
    poll(source, Duration.ofSeconds(2));
    assertThat(texts()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void findsARenamedFileAgainAfterARestart() throws IOException {
    append("app.log", "1\n2\n3\n");
    FileSource source = open();
    poll(source);
    owner.settle(APP, 0);
    source.commit(owner.commits());
    kill(source);
    append("app.log", "4\n");
    rename("app.log", "old-app");
    append("app.log", "5\n");

    FileSource again = open();
    poll(again, Duration.ofSeconds(2));
    assertThat(owner.lastStart(APP).position()).isEqualTo(2);
    assertThat(texts()).containsExactly("2", "3", "4", "5");
  }

  @Test
  void remembersEveryFileThatItHasSeen() throws IOException {
    append("app.log", "1\n");
    FileSource source = open();
    owner.poll(source, NOTHING, Duration.ZERO);
    for (String next : List.of("2", "3")) {
      rename("app.log", "app.log." + next);
      append("app.log", next + "\n");
      nowNs += Duration.ofMillis(250).toNanos();
      owner.poll(source, NOTHING, Duration.ZERO);
    }
    kill(source);
    rename("app.log", "app.log.4");
    append("app.log", "4\n");

    FileSource again = open();
    poll(again, Duration.ofSeconds(2));
    poll(again, Duration.ofSeconds(2));
    assertThat(texts()).containsExactly("1", "2", "3", "4");
  }

  @Test
  void remembersEveryFileThatIsNotSettled() throws IOException {
    append("app.log", "1\n");
    FileSource source = open();
    poll(source);
    for (int i = 2; i <= 4; i++) {
      rename("app.log", "app.log." + i);
      append("app.log", i + "\n");
      poll(source, Duration.ofSeconds(2));
    }
    assertThat(texts()).containsExactly("1", "2", "3", "4");
    owner.settle(APP, 0);
    source.commit(owner.commits());
    kill(source);

    FileSource again = open();
    poll(again);
    assertThat(texts()).containsExactly("2", "3", "4");
    settle(again);
    close(again);
    StoredFiles stored = StoredFiles.decode(state.get("file/logs/positions").orElseThrow());
    assertThat(stored.lanes().get("app.log").pieces()).hasSize(1);
    assertThat(stored.lanes().get("app.log").commit().position()).isEqualTo(8);
  }

  @Test
  void beginsAnewWhenAFileIsCutOff() throws IOException {
    append("app.log", "1 first\n2\n");
    FileSource source = open();
    poll(source);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("app.log").toFile(), "rw")) {
      file.setLength(0);
    }
    append("app.log", "3\n");
    poll(source);
    assertThat(texts()).containsExactly("1 first", "2", "3");
    assertThat(owner.taken(APP)).extracting(SourceRecord::position).containsExactly(0L, 8L, 10L);
    settle(source);
    append("app.log", "4\n");
    close(source);
    FileSource again = open();
    poll(again);
    assertThat(texts()).containsExactly("4");
  }

  @Test
  void beginsAnewWhenAFileIsWrittenOver() throws IOException {
    append("app.log", "1\n2\n");
    FileSource source = open();
    poll(source);
    Files.writeString(folder.resolve("app.log"), "another first line\nand more\n");
    poll(source);
    assertThat(texts()).containsExactly("1", "2", "another first line", "and more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\n", "another first line\nand more\n"})
  void beginsAnewWhenThatHappenedWhileItWasAway(String content) throws IOException {
    append("app.log", "1\n2\n3\n");
    FileSource source = open();
    poll(source);
    settle(source);
    close(source);
    Files.writeString(folder.resolve("app.log"), content);
    FileSource again = open();
    poll(again);
    assertThat(texts()).containsExactlyElementsOf(content.lines().toList());
    assertThat(owner.taken(APP).get(0).position()).isEqualTo(6);
  }

  @Test
  void goesOnWithTheNewFileWhenTheOldOneIsGone() throws IOException {
    append("app.log", "1\n2\n");
    FileSource source = open();
    poll(source);
    owner.settle(APP, 0);
    source.commit(owner.commits());
    kill(source);
    Files.delete(folder.resolve("app.log"));

    FileSource again = open();
    poll(again);
    assertThat(texts()).as("it may come back").isEmpty();
    Files.writeString(folder.resolve("other"), "this one may have got its inode\n");
    append("app.log", "new\n");
    poll(again);
    assertThat(texts()).containsExactly("new");
  }

  @Test
  void goesOnWhenAFileComesBack() throws IOException {
    append("app.log", "1\n2\n");
    FileSource source = open();
    poll(source);
    settle(source);
    rename("app.log", "kept");
    close(source);
    Path aside = Files.createDirectory(folder.resolve("aside"));
    Files.move(folder.resolve("kept"), aside.resolve("kept"));
    FileSource again = open();
    poll(again);
    Files.move(aside.resolve("kept"), folder.resolve("app.log"));
    append("app.log", "3\n");
    poll(again);
    assertThat(texts()).containsExactly("3");
  }

  @Test
  void readsFilesByPatternAndFindsNewOnes() throws IOException {
    settings.put("paths", List.of("in/*.log", "in/**/deep-?.txt"));
    Files.createDirectories(folder.resolve("in/a/b"));
    append("in/one.log", "1\n");
    append("in/no.txt", "-\n");
    append("in/a/b/deep-1.txt", "2\n");
    FileSource source = open();
    poll(source);
    assertThat(owner.owned())
        .containsExactlyInAnyOrder(new Lane("in/one.log"), new Lane("in/a/b/deep-1.txt"));
    append("in/two.log", "3\n");
    poll(source, Duration.ofSeconds(1));
    assertThat(owner.texts(new Lane("in/two.log"))).containsExactly("3");
    assertThat(owner.texts(new Lane("in/a/b/deep-1.txt"))).containsExactly("2");
  }

  @Test
  void readsARenamedFileOnceThoughAPatternFindsIt() throws IOException {
    settings.put("paths", "app.log*");
    append("app.log", "1\n");
    append("app.log.1", "0\n");
    FileSource source = open();
    poll(source);
    for (int round = 2; round <= 5; round++) {
      Files.move(folder.resolve("app.log.1"), folder.resolve("app.log." + round));
      rename("app.log", "app.log.1");
      append("app.log", round + "\n");
      poll(source, Duration.ofSeconds(2));
      settle(source);
      poll(source, Duration.ofSeconds(2));
    }
    List<String> all = new ArrayList<>();
    owner.history().stream()
        .filter(step -> step.startsWith("assigned "))
        .map(step -> new Lane(step.substring("assigned ".length())))
        .distinct()
        .forEach(lane -> all.addAll(owner.texts(lane)));
    assertThat(all).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5");
    assertThat(texts()).containsExactly("1", "2", "3", "4", "5");

    close(source);
    FileSource again = open();
    poll(again, Duration.ofSeconds(2));
    assertThat(owner.count()).as("nothing again after a restart").isZero();
  }

  @Test
  void givesUpLanesOfFilesThatAreReadAndGone() throws IOException {
    settings.put("paths", "*.jsonl");
    settings.put("maxFiles", 2L);
    FileSource source = open();
    for (int i = 0; i < 6; i++) {
      append(i + ".jsonl", i + "\n");
      poll(source, Duration.ofSeconds(2));
      settle(source);
      Files.delete(folder.resolve(i + ".jsonl"));
      poll(source, Duration.ofSeconds(2));
      assertThat(owner.owned()).isEmpty();
    }
    assertThat(owner.count()).isEqualTo(6);
    StoredFiles stored = StoredFiles.decode(state.get("file/logs/positions").orElseThrow());
    assertThat(stored.lanes()).isEmpty();
    poll(source, Duration.ofSeconds(6));
    settle(source);
    assertThat(StoredFiles.decode(state.get("file/logs/positions").orElseThrow()).finished())
        .isEmpty();
  }

  @Test
  void keepsLanesOfFilesThatAreGoneButNotSettled() throws IOException {
    settings.put("paths", "*.log");
    append("app.log", "1\n2\n");
    FileSource source = open();
    poll(source);
    Files.delete(folder.resolve("app.log"));
    poll(source, Duration.ofSeconds(5));
    assertThat(owner.owned()).containsExactly(APP);
    settle(source);
    poll(source, Duration.ofSeconds(5));
    assertThat(owner.owned()).isEmpty();
    assertThat(owner.history()).endsWith("revoking app.log");
  }

  @Test
  void refusesMoreFilesThanItMayHave() {
    settings.put("paths", "*.log");
    settings.put("maxFiles", 2L);
    append("1.log", "");
    append("2.log", "");
    FileSource source = open();
    append("3.log", "");
    assertThatThrownBy(() -> poll(source, Duration.ofSeconds(2)))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContainingAll("more than 2 files", "maxFiles");
  }

  @Test
  void readsEachFileOnceWithoutFollowing() {
    settings.put("follow", false);
    settings.put("paths", List.of("app.log", "more-*.log"));
    append("app.log", "1\n2");
    append("more-1.log", "");
    FileSource source = open();
    poll(source);
    assertThat(texts()).containsExactly("1", "2");
    assertThat(source.lag(APP)).isZero();
    append("app.log", "2\n3\n");
    append("more-2.log", "x\n");
    poll(source, Duration.ofSeconds(5));
    assertThat(owner.count()).isEqualTo(2);
    settle(source);
    close(source);

    FileSource again = open();
    poll(again);
    assertThat(texts()).as("a later start goes on").containsExactly("2", "3");
    assertThat(owner.texts(new Lane("more-2.log"))).containsExactly("x");
  }

  @Test
  void saysWhenAFileIsNotThereWithoutFollowing() {
    settings.put("follow", false);
    for (String path : List.of("app.log", "none/*.log")) {
      settings.put("paths", path);
      FileSource source = TestSource.make(settings, folder, () -> nowNs);
      assertThatThrownBy(() -> source.open(context()))
          .isInstanceOfSatisfying(
              ConnectorException.class,
              e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
          .hasMessageContaining(folder.toString());
      source.close();
    }
  }

  @Test
  void handsOverALineThatIsTooLongAsOneThatCannotBeRead() {
    settings.put("maxLineBytes", "1KiB");
    settings.put("lines", "json");
    String longest = "\"" + "x".repeat(1_022) + "\"";
    String tooLong = "\"" + "y".repeat(700_000) + "\"";
    append("app.log", longest + "\n" + tooLong.substring(0, 300_000));
    FileSource source = open();
    poll(source);
    assertThat(texts()).containsExactly(longest);
    append("app.log", tooLong.substring(300_000) + "\n3\n");
    poll(source);

    List<SourceRecord> taken = owner.taken(APP);
    assertThat(taken).hasSize(3);
    assertThatThrownBy(() -> taken.get(1).event())
        .isInstanceOf(DecodeException.class)
        .hasMessageContainingAll("byte 1025", "700002 bytes", "maxLineBytes");
    assertThat(taken.get(1).original().value()).hasSize(1_024);
    assertThat(taken.get(1).sizeBytes()).isLessThan(10_000);
    assertThat(taken.get(1).key()).isNull();
    assertThat(taken.get(2).event().text()).isEqualTo("3");
  }

  @Test
  void readsJsonLines() {
    settings.put("lines", "json");
    append("app.log", "\ufeff{\"a\": 1.10}\n\n  \t\r\n[1,\n[2]\n");
    FileSource source = open();
    poll(source);
    List<SourceRecord> taken = owner.taken(APP);
    assertThat(taken).hasSize(3);
    assertThat(taken.get(0).event().text()).isEqualTo("{\"a\": 1.10}");
    assertThat(taken.get(0).event().dataContentType()).hasValue("application/json");
    assertThatThrownBy(() -> taken.get(1).event())
        .isInstanceOf(DecodeException.class)
        .hasMessageContainingAll("byte 21", "app.log", "not JSON, at byte 3");
    assertThat(taken.get(2).event().text()).isEqualTo("[2]");
  }

  @Test
  void readsEventsAsTheFileSinkWritesThem() {
    settings.put("lines", "event");
    append(
        "app.log",
        "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\","
            + "\"partitionkey\":\"k\",\"data\":{\"a\":1}}\n{}\n");
    FileSource source = open();
    poll(source);
    SourceRecord event = owner.taken(APP).get(0);
    assertThat(event.event().id()).isEqualTo("7");
    assertThat(event.event().text()).isEqualTo("{\"a\":1}");
    assertThat(event.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(event.orderKey()).isEqualTo(OrderKeys.of("k"));
    SourceRecord none = owner.taken(APP).get(1);
    assertThatThrownBy(none::event).hasMessageContaining("app.log");
    assertThat(none.orderKey()).isEqualTo(SourceRecord.NO_ORDER_KEY);
  }

  @Test
  void seeksToLines() {
    append("app.log", "first\nsecond\nthird\nunfin");
    FileSource source = open();
    poll(source);
    assertThat(seek(source, new SeekTarget.Position(6))).isEqualTo(6);
    assertThat(seek(source, new SeekTarget.Position(7))).as("the next line").isEqualTo(13);
    assertThat(seek(source, new SeekTarget.Latest())).isEqualTo(19);
    assertThatThrownBy(() -> source.seek(APP, new SeekTarget.Position(21)))
        .isInstanceOf(ConnectorException.class);
    append("app.log", "ished\n");
    poll(source);
    assertThat(texts()).containsExactly("first", "second", "third", "unfinished");
    assertThatThrownBy(() -> source.seek(APP, new SeekTarget.At(Instant.EPOCH)))
        .hasMessageContaining("no times");
    assertThat(seek(source, new SeekTarget.Earliest())).isZero();
    poll(source);
    assertThat(owner.count()).isEqualTo(8);
  }

  private long seek(FileSource source, SeekTarget target) {
    var start = source.seek(APP, target);
    owner.moved(start);
    return start.position();
  }

  @Test
  void isNotOpenedWithPositionsItCannotRead() {
    state.put("file/logs/positions", new byte[] {9});
    FileSource source = TestSource.make(settings, folder, () -> nowNs);
    assertThatThrownBy(() -> source.open(context()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContainingAll("logs", "file/logs/positions", "version 9");
  }

  @Test
  void neverHoldsMoreThanItMay() {
    settings.put("maxLineBytes", "2MiB");
    FileSource source = TestSource.make(settings, folder, () -> nowNs);
    assertThatThrownBy(() -> source.open(context().withBufferBytes(1 << 20)))
        .hasMessageContainingAll("maxLineBytes is 2MiB", "delivery.memory");
  }

  @Test
  void readsOtherFilesThoughOneCannotBeRead() throws IOException {
    settings.put("paths", List.of("app.log", "other.log"));
    append("other.log", "1\n");
    FileSource source = open();
    poll(source);
    Files.createDirectory(folder.resolve("app.log"));
    append("other.log", "2\n");
    nowNs += Duration.ofSeconds(1).toNanos();
    owner.poll(source, PLENTY, Duration.ZERO);
    assertThat(owner.texts(new Lane("other.log"))).containsExactly("1", "2");
    assertThatThrownBy(() -> owner.poll(source, PLENTY, Duration.ZERO))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("app.log is no regular file");
    Files.delete(folder.resolve("app.log"));
    append("app.log", "3\n");
    poll(source);
    assertThat(texts()).containsExactly("3");
  }
}
