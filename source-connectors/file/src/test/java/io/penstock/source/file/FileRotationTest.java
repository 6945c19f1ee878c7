package io.penstock.source.file;

import static io.penstock.testkit.contract.RecordingOwner.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.SourceRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The source file, when files are rotated,")
class FileRotationTest extends FileSourceHarness {

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

  @ParameterizedTest
  @ValueSource(strings = {"another first line\nand more\n", "id,name\n7,bob\n8,eve\n9,zoe\n"})
  void beginsAnewWhenAFileIsWrittenOver(String content) throws IOException {
    append("app.log", "id,name\n1,ann\n");
    FileSource source = open();
    poll(source);
    Files.writeString(folder.resolve("app.log"), content);
    poll(source);
    assertThat(texts().subList(2, texts().size()))
        .containsExactlyElementsOf(content.lines().toList());
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
  void takesNoFileForOneThatBeganAlikeAndHadItsPlace() throws IOException {
    settings.put("paths", "*.csv");
    append("monday.csv", "id,name\n1,ann\n");
    FileSource source = open();
    poll(source, Duration.ofSeconds(2));
    settle(source);
    rename("monday.csv", "tuesday.txt");
    poll(source, Duration.ofSeconds(2));
    assertThat(owner.owned()).isEmpty();
    Files.writeString(folder.resolve("tuesday.txt"), "id,name\n2,bob\n3,eve\n");
    rename("tuesday.txt", "tuesday.csv");
    poll(source, Duration.ofSeconds(2));
    assertThat(owner.texts(new Lane("tuesday.csv"))).containsExactly("id,name", "2,bob", "3,eve");
  }

  @Test
  void givesOtherIdsToAFileThatComesAgainUnderTheSameName() throws IOException {
    settings.put("paths", "*.log");
    append("app.log", "id,name\n1,ann\n");
    FileTime first = Files.getLastModifiedTime(folder.resolve("app.log"));
    FileSource source = open();
    poll(source, Duration.ofSeconds(2));
    settle(source);
    List<String> ids = ids();
    Files.delete(folder.resolve("app.log"));
    poll(source, Duration.ofSeconds(2));
    assertThat(owner.owned()).isEmpty();
    await().until(() -> isLater(first));
    append("app.log", "id,name\n2,bob\n");
    poll(source, Duration.ofSeconds(2));
    assertThat(ids()).hasSize(4).doesNotHaveDuplicates().startsWith(ids.toArray(String[]::new));
  }

  private List<String> ids() {
    return owner.taken(APP).stream().map(record -> record.event().id()).toList();
  }

  private boolean isLater(FileTime than) throws IOException {
    Path probe = Files.createTempFile(folder, "probe", "");
    return Files.getLastModifiedTime(probe).compareTo(than) > 0;
  }

  @Test
  void repeatsTheSameIdsAfterARestart() {
    append("app.log", "1\n2\n");
    FileSource source = open();
    poll(source);
    List<String> ids = ids();
    kill(source);
    append("app.log", "3\n");
    FileSource again = open();
    poll(again);
    assertThat(ids()).hasSize(3).startsWith(ids.toArray(String[]::new));
  }

  @Test
  void readsADeletedFileToItsEnd() throws IOException {
    append("app.log", "1\n2\n3\n");
    FileSource source = open();
    owner.poll(source, new Demand(1, 1 << 20, Set.of()), Duration.ZERO);
    assertThat(texts()).containsExactly("1");
    Files.delete(folder.resolve("app.log"));
    poll(source);
    assertThat(texts()).containsExactly("1", "2", "3");
  }
}
