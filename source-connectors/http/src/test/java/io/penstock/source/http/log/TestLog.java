package io.penstock.source.http.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Failpoints;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A log of texts in a folder, opened again and again. */
final class TestLog implements AutoCloseable {

  static final long MAX_BYTES = 256 << 10;

  private final Path folder;
  private final AtomicLong nowMs = new AtomicLong(1_000);
  private long maxBytes = MAX_BYTES;
  private long maxQueuedBytes = 1 << 20;
  private Failpoints failpoints = Failpoints.NONE;
  private LogFile.Opener files = LogFile::real;
  private SegmentLog log;

  TestLog(Path folder) {
    this.folder = folder;
  }

  TestLog maxBytes(long bytes) {
    maxBytes = bytes;
    return this;
  }

  TestLog maxQueuedBytes(long bytes) {
    maxQueuedBytes = bytes;
    return this;
  }

  TestLog failpoints(Failpoints points) {
    failpoints = points;
    return this;
  }

  TestLog files(LogFile.Opener opener) {
    files = opener;
    return this;
  }

  SegmentLog open(long released) {
    close();
    log =
        SegmentLog.open(
            new LogOptions(
                folder,
                maxBytes,
                maxQueuedBytes,
                () -> Instant.ofEpochMilli(nowMs.get()),
                failpoints,
                "test-log"),
            released,
            files);
    return log;
  }

  void timeMs(long ms) {
    nowMs.set(ms);
  }

  Appended append(String... texts) {
    List<byte[]> records = Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
    return get(log.append(records).toCompletableFuture());
  }

  static Appended get(java.util.concurrent.CompletableFuture<Appended> result) {
    try {
      return result.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Every record from a position on, as {@code position:text}. */
  List<String> read(long from) {
    List<String> all = new ArrayList<>();
    try (LogReader reader = log.reader(from)) {
      while (reader.position() < log.end()) {
        for (Entry entry : reader.read(7, 1_000)) {
          all.add(entry.position() + ":" + new String(entry.bytes(), UTF_8));
        }
      }
    }
    return all;
  }

  List<Path> paths() {
    return log.segments().stream().map(Segment::path).toList();
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
