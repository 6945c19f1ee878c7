package io.penstock.source.http.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {

  @TempDir private Path temporary;
  private Path folder;
  private TestLog log;

  @BeforeEach
  void makeLog() {
    folder = temporary.resolve("sources/orders");
    log = new TestLog(folder);
  }

  @AfterEach
  void close() {
    log.close();
  }

  private static String[] texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "record " + i).toArray(String[]::new);
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> i + ":record " + i).toList();
  }

  @Test
  void readsWhatWasAppended() {
    log.open(0);
    assertThat(log.append(texts(0, 3))).isEqualTo(Appended.STORED);
    assertThat(log.append()).isEqualTo(Appended.STORED);
    assertThat(log.append("")).isEqualTo(Appended.STORED);

    assertThat(log.read(0)).containsExactly("0:record 0", "1:record 1", "2:record 2", "3:");
    assertThat(log.read(2)).containsExactly("2:record 2", "3:");
    assertThat(log.read(4)).isEmpty();
  }

  @Test
  void findsEverythingAgain() {
    log.open(0);
    log.append(texts(0, 100));
    log.open(0);
    assertThat(log.read(0)).isEqualTo(numbered(0, 100));
    log.append(texts(100, 101));
    log.open(40);
    assertThat(log.read(40)).isEqualTo(numbered(40, 101));
  }

  @Test
  void removesFilesWhoseRecordsAreReleased() {
    SegmentLog open = log.open(0);
    for (int i = 0; i < 3_000; i++) {
      log.append(texts(i, i + 1));
    }
    List<Path> files = log.paths();
    assertThat(files).hasSizeGreaterThan(3).allMatch(Files::exists);
    long second = open.segments().get(1).base();

    open.release(second - 1);
    assertThat(log.paths()).isEqualTo(files);
    open.release(second);
    assertThat(files.get(0)).doesNotExist();
    assertThat(open.first()).isEqualTo(second);
    open.release(3_000);
    assertThat(log.paths()).hasSize(1);
    assertThat(files.subList(0, files.size() - 1)).noneMatch(Files::exists);

    log.open(3_000);
    assertThat(log.append("next")).isEqualTo(Appended.STORED);
    assertThat(log.read(3_000)).containsExactly("3000:next");
  }

  @Test
  void refusesWhatDoesNotFitAndGoesOnWhenThereIsRoom() {
    SegmentLog open = log.open(0);
    String large = "x".repeat(10_000);
    int stored = 0;
    while (log.append(large) == Appended.STORED) {
      stored++;
    }
    assertThat(log.append(large)).isEqualTo(Appended.FULL);
    assertThat(stored).isBetween(20, 26);
    assertThat(filesSize()).isLessThanOrEqualTo(TestLog.MAX_BYTES);

    for (int round = 0; round < 50; round++) {
      open.release(open.end());
      assertThat(log.append("x".repeat(100_000))).as("round %s", round).isEqualTo(Appended.STORED);
      assertThat(filesSize()).isLessThanOrEqualTo(TestLog.MAX_BYTES);
    }
    assertThat(log.append("x".repeat(140_000))).isEqualTo(Appended.TOO_LARGE);
  }

  private long filesSize() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void forcesOnceForAllThatWait() {
    CountDownLatch hold = new CountDownLatch(1);
    AtomicInteger forced = new AtomicInteger();
    SegmentLog open =
        log.failpoints(
                name -> {
                  if (name.equals("ingest-before-sync") && forced.incrementAndGet() == 1) {
                    awaitLatch(hold);
                  }
                })
            .open(0);
    List<CompletableFuture<Appended>> results = new ArrayList<>();
    for (String text : texts(0, 200)) {
      results.add(open.append(List.of(text.getBytes(UTF_8))).toCompletableFuture());
    }
    await().until(() -> forced.get() == 1);
    assertThat(results).noneMatch(CompletableFuture::isDone);
    assertThat(open.end()).as("nothing is shown that is not on disk").isZero();
    hold.countDown();

    results.forEach(result -> assertThat(TestLog.get(result)).isEqualTo(Appended.STORED));
    assertThat(forced.get()).isLessThanOrEqualTo(3);
    assertThat(log.read(0)).isEqualTo(numbered(0, 200));
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void holdsOnlySoMuchInMemory() {
    CountDownLatch hold = new CountDownLatch(1);
    SegmentLog open = log.maxQueuedBytes(10_000).failpoints(name -> awaitLatch(hold)).open(0);
    List<CompletableFuture<Appended>> results = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      results.add(open.append(List.of(new byte[1_000])).toCompletableFuture());
    }
    assertThat(results.subList(9, 12)).allMatch(r -> r.getNow(null) == Appended.BUSY);
    hold.countDown();
    results.subList(0, 9).forEach(r -> assertThat(TestLog.get(r)).isEqualTo(Appended.STORED));
    assertThat(log.append("again")).isEqualTo(Appended.STORED);
  }

  @Test
  void finishesWhatWaitsWhenItIsClosed() {
    CountDownLatch hold = new CountDownLatch(1);
    SegmentLog open = log.failpoints(name -> awaitLatch(hold)).open(0);
    CompletableFuture<Appended> before =
        open.append(List.of("a".getBytes(UTF_8))).toCompletableFuture();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(open::close);
    await().until(() -> log.append("b") == Appended.CLOSED);
    assertThat(before).isNotDone();
    hold.countDown();
    assertThat(TestLog.get(before)).isEqualTo(Appended.STORED);
    closing.join();
    log.open(0);
    assertThat(log.read(0)).containsExactly("0:a");
  }

  @Test
  void isNotOpenedAgainWhileAThreadOfBeforeWaitsForTheDisk() {
    CountDownLatch hold = new CountDownLatch(1);
    SegmentLog stuck =
        log.failpoints(
                name -> {
                  if (name.equals("ingest-before-sync")) {
                    awaitLatch(hold);
                  }
                })
            .open(0);
    CompletableFuture<Appended> first =
        stuck.append(List.of("a".getBytes(UTF_8))).toCompletableFuture();
    stuck.close(Duration.ofMillis(1));
    TestLog again = new TestLog(folder);
    assertThatThrownBy(() -> again.open(0))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
        .hasMessageContaining("waits for the disk");
    hold.countDown();
    assertThat(TestLog.get(first)).isEqualTo(Appended.STORED);
    stuck.close();
    again.open(0);
    assertThat(again.read(0)).containsExactly("0:a");
    again.close();
  }

  @Test
  void waitsForRecords() {
    SegmentLog open = log.open(0);
    long begin = System.nanoTime();
    open.await(0, Duration.ofMillis(30));
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(30_000_000);

    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> open.await(0, Duration.ofSeconds(20)));
    log.append("a");
    waiting.join();
    open.await(0, Duration.ofSeconds(20));
  }

  @Test
  void findsRecordsByTime() {
    SegmentLog open = log.open(0);
    for (int i = 0; i < 2_000; i++) {
      log.timeMs(10_000 + i * 10L);
      log.append(texts(i, i + 1));
    }
    assertThat(log.paths()).hasSizeGreaterThan(2);
    try (LogReader reader = open.reader(0)) {
      assertThat(reader.find(0)).isZero();
      assertThat(reader.find(10_000)).isZero();
      for (int i = 1; i < 2_000; i += 37) {
        assertThat(reader.find(10_000 + i * 10L)).isEqualTo(i);
        assertThat(reader.find(10_000 + i * 10L - 3)).isEqualTo(i);
      }
      assertThat(reader.find(10_000 + 1_999 * 10L + 1)).isEqualTo(2_000);
    }
    log.timeMs(5);
    log.append("late");
    try (LogReader reader = open.reader(0)) {
      assertThat(reader.find(10_000 + 1_999 * 10L)).as("time stands still").isEqualTo(1_999);
    }
  }

  @Test
  void goesBackAndForth() {
    SegmentLog open = log.open(0);
    for (int i = 0; i < 1_500; i += 10) {
      log.append(texts(i, i + 10));
    }
    try (LogReader reader = open.reader(0)) {
      for (int position : new int[] {1_499, 3, 700, 701, 0, 1_500, 699}) {
        reader.seek(position);
        List<Entry> read = reader.read(2, 1_000_000);
        assertThat(read.stream().map(Entry::position).toList())
            .isEqualTo(
                IntStream.range(position, Math.min(position + 2, 1_500))
                    .boxed()
                    .map(Long::valueOf)
                    .toList());
      }
    }
  }

  @Test
  void goesOnWithThePositionAfterWhatWasReleasedWhenItsFilesAreLost() throws IOException {
    log.open(0);
    log.append(texts(0, 10));
    log.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    SegmentLog open = log.open(10);
    assertThat(open.first()).isEqualTo(10);
    log.append("new");
    assertThat(log.read(10)).containsExactly("10:new");
  }

  @Test
  void goesOnWithThePositionAfterWhatWasReleasedWhenItsFilesAreOld() {
    log.open(0);
    log.append(texts(0, 10));
    SegmentLog open = log.open(25);
    assertThat(open.first()).isEqualTo(25);
    assertThat(log.paths()).hasSize(1);
    log.append("new");
    log.open(25);
    assertThat(log.read(25)).containsExactly("25:new");
  }

  @Test
  void refusesAFileOfALaterVersion() throws IOException {
    log.open(0);
    Path file = log.paths().get(0);
    log.close();
    byte[] bytes = Files.readAllBytes(file);
    bytes[3] = 2;
    Files.write(file, bytes);
    assertThatThrownBy(() -> log.open(0))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContaining("newer");
  }

  @Test
  void refusesALogThatLostAcceptedRecords() throws IOException {
    log.open(0);
    log.append(texts(0, 5));
    log.append(texts(5, 10));
    Path file = log.paths().get(0);
    log.close();
    byte[] bytes = Files.readAllBytes(file);
    bytes[Frames.FILE_HEADER + Frames.HEADER + 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> log.open(0))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContaining("damaged at byte " + Frames.FILE_HEADER);
    assertThat(Files.readAllBytes(file)).as("nothing is cut off").isEqualTo(bytes);
  }

  @Test
  void refusesToReadWhatIsDamagedInAnOlderFile() throws IOException {
    SegmentLog open = log.open(0);
    for (int i = 0; i < 2_500; i++) {
      log.append(texts(i, i + 1));
    }
    Path file = log.paths().get(1);
    long base = open.segments().get(1).base();
    log.close();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    log.open(0);
    assertThat(log.read((int) open.segments().get(2).base())).isNotEmpty();
    assertThatThrownBy(() -> log.read(base))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining(file.toString());

    Files.write(file, java.util.Arrays.copyOf(bytes, 400));
    log.open(0);
    assertThatThrownBy(() -> log.read(base)).isInstanceOf(ConnectorException.class);
  }

  @Test
  void removesAFileThatACrashLeftWithoutItsHeader() throws IOException {
    log.open(0);
    log.append(texts(0, 3));
    log.close();
    Path torn = Files.write(folder.resolve(Segment.name(3)), new byte[] {'P', 'E'});
    log.open(0);
    assertThat(torn).doesNotExist();
    assertThat(log.read(0)).isEqualTo(numbered(0, 3));
  }

  @Test
  void forcesWhatAKilledProcessWrote() {
    log.open(0);
    log.append(texts(0, 3));
    FailingDisk disk = new FailingDisk();
    disk.forcesFail.set(true);
    assertThatThrownBy(() -> log.files(disk::open).open(0))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("the disk is gone");
    disk.forcesFail.set(false);
    log.open(0);
    assertThat(log.read(0)).isEqualTo(numbered(0, 3));
  }

  @Test
  void makesRoomWhenItMayTakeLessThanBefore() {
    log.open(0);
    log.append("x".repeat(100_000));
    SegmentLog open = log.maxBytes(64 << 10).open(0);
    assertThat(log.append("no room yet")).isEqualTo(Appended.FULL);
    FailingDisk disk = new FailingDisk();
    disk.writesFail.set(true);
    log.files(disk::open).open(0);
    assertThat(log.read(0)).as("a full disk keeps nobody from reading").hasSize(1);
    open = log.files(LogFile::real).open(0);
    open.release(1);
    assertThat(log.append("room")).isEqualTo(Appended.STORED);
    assertThat(log.read(1)).containsExactly("1:room");
    log.open(1);
    assertThat(log.read(1)).containsExactly("1:room");
  }

  @Test
  void needsAFolder() throws IOException {
    Files.writeString(temporary.resolve("sources"), "a file");
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> log.open(0))
          .isInstanceOfSatisfying(
              ConnectorException.class,
              e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void leavesOtherFilesAlone() throws IOException {
    Files.createDirectories(folder);
    Path other = Files.writeString(folder.resolve("notes.txt"), "mine");
    log.open(0);
    log.append("a");
    assertThat(other).hasContent("mine");
    Files.writeString(folder.resolve("x.log"), "mine", StandardOpenOption.CREATE);
    log.open(0);
    assertThat(log.read(0)).containsExactly("0:a");
  }

  /** A disk that can be told to fail. */
  private static final class FailingDisk {
    private final AtomicBoolean writesFail = new AtomicBoolean();
    private final AtomicBoolean forcesFail = new AtomicBoolean();
    private final AtomicBoolean opensFail = new AtomicBoolean();

    LogFile open(Path path) throws IOException {
      if (opensFail.get()) {
        throw new IOException("no inode left");
      }
      LogFile real = LogFile.real(path);
      return new LogFile() {
        @Override
        public void write(long at, byte[] bytes, int length) throws IOException {
          if (writesFail.get()) {
            real.write(at, bytes, length / 2);
            throw new IOException("no space left");
          }
          real.write(at, bytes, length);
        }

        @Override
        public void truncate(long length) throws IOException {
          real.truncate(length);
        }

        @Override
        public void force() throws IOException {
          if (forcesFail.get()) {
            throw new IOException("the disk is gone");
          }
          real.force();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  @Test
  void tellsOfADiskThatFailsAndGoesOnWhenItWorksAgain() {
    FailingDisk disk = new FailingDisk();
    SegmentLog open = log.files(disk::open).open(0);
    log.append(texts(0, 3));

    disk.writesFail.set(true);
    assertThat(log.append("lost half way")).isEqualTo(Appended.FAILED);
    assertThat(open.takeFailure())
        .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("no space left"));
    assertThat(open.takeFailure()).isEmpty();
    disk.writesFail.set(false);
    disk.forcesFail.set(true);
    assertThat(log.append("never forced", "nor this")).isEqualTo(Appended.FAILED);
    assertThat(log.append("nor repaired")).isEqualTo(Appended.FAILED);
    disk.forcesFail.set(false);
    assertThat(log.read(0)).isEqualTo(numbered(0, 3));

    assertThat(log.append(texts(3, 4))).isEqualTo(Appended.STORED);
    assertThat(log.read(0)).isEqualTo(numbered(0, 4));
    log.open(0);
    assertThat(log.read(0)).isEqualTo(numbered(0, 4));
  }

  @Test
  void makesTheNextFileWhenTheDiskWorksAgain() {
    FailingDisk disk = new FailingDisk();
    log.files(disk::open).open(0);
    String large = "x".repeat(30_000);
    log.append(large);
    for (AtomicBoolean fault : List.of(disk.opensFail, disk.writesFail, disk.forcesFail)) {
      fault.set(true);
      assertThat(log.append(large)).isEqualTo(Appended.FAILED);
      assertThat(log.append("a small one, which would fit")).isEqualTo(Appended.FAILED);
      fault.set(false);
      assertThat(log.append("small")).isEqualTo(Appended.STORED);
      assertThat(log.append(large)).isEqualTo(Appended.STORED);
    }
    List<String> all = log.read(0);
    assertThat(all).hasSize(7);
    log.open(0);
    assertThat(log.read(0)).isEqualTo(all);
  }

  @Test
  void leavesNobodyWaitingWhenItsThreadDies() {
    SegmentLog open =
        log.failpoints(
                name -> {
                  throw new AssertionError("out of memory, say");
                })
            .open(0);
    assertThat(log.append("a")).isEqualTo(Appended.FAILED);
    assertThat(log.append("b")).isEqualTo(Appended.CLOSED);
    await()
        .until(
            () ->
                open.takeFailure()
                    .filter(e -> e.category() == ConnectorException.Category.FATAL)
                    .isPresent());
  }
}
