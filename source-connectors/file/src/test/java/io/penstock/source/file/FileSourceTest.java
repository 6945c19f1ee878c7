package io.penstock.source.file;

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
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The source file")
class FileSourceTest extends FileSourceHarness {

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

  @Test
  void passesBytesOnAsTheyAre() throws IOException {
    byte[] latin = {'a', (byte) 0xfc, '\n'};
    Files.write(folder.resolve("app.log"), latin);
    FileSource source = open();
    poll(source);
    assertThat(owner.taken(APP).get(0).event().data()).containsExactly('a', (byte) 0xfc);
  }

  @Test
  void takesOnlyUtf8ForJson() throws IOException {
    settings.put("lines", "json");
    Files.write(folder.resolve("app.log"), new byte[] {'"', (byte) 0xfc, '"', '\n', '1', '\n'});
    FileSource source = open();
    poll(source);
    assertThatThrownBy(owner.taken(APP).get(0)::event)
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("byte 0 of");
    assertThat(owner.taken(APP).get(1).event().text()).isEqualTo("1");
  }
}
