package io.penstock.source.http.log;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of records in files of a folder. Records get positions without a gap; whoever has read them
 * releases them, and files of which every record is released are removed.
 *
 * <pre>
 *   0000000000000000000.log   0000000000000041823.log   0000000000000083077.log
 *   [ all released: removed ][      |   unreleased     ][  unreleased  | written now
 *                            ^first ^released                          ^end
 * </pre>
 *
 * <p>{@link #append} may be called from any thread, everything else by one.
 */
public final class SegmentLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  /** Folders that a thread writes to: one that waits for the disk outlives its log. */
  private static final Set<Path> WRITTEN = ConcurrentHashMap.newKeySet();

  private final LogState state;
  private final Thread thread;

  private SegmentLog(LogState state, Thread thread) {
    this.state = state;
    this.thread = thread;
  }

  /**
   * Opens the log of a folder, and starts its thread.
   *
   * @param released every record below this position may be removed; in a log that has lost its
   *     files, the next record gets this position
   * @throws ConnectorException retriable if the disk fails; fatal if records are lost
   */
  public static SegmentLog open(LogOptions options, long released) {
    return open(options, released, LogFile::real);
  }

  /** As {@link #open(LogOptions, long)}, with files that can fail. */
  static SegmentLog open(LogOptions options, long released, LogFile.Opener files) {
    Path folder = options.folder().toAbsolutePath().normalize();
    if (!WRITTEN.add(folder)) {
      throw ConnectorException.retry(
          "the log of received events in "
              + folder
              + " is still being written: a thread of before waits for the disk. Look at the disk",
          null);
    }
    try {
      Recovery recovery = new Recovery(options.folder());
      recovery.makeFolder();
      Recovery.Found found = recovery.find();
      LogState state = new LogState(found, options);
      LogWriter writer = LogWriter.open(options, state, found, released, files);
      SegmentLog log =
          new SegmentLog(state, new Thread(() -> write(writer, folder), options.threadName()));
      log.release(released);
      log.thread.start();
      return log;
    } catch (IOException e) {
      WRITTEN.remove(folder);
      throw ConnectorException.retry(
          "can't open the log of received events in "
              + options.folder()
              + ": "
              + e
              + ". Look at the free space and the permissions of the data folder",
          e);
    } catch (RuntimeException | Error e) {
      WRITTEN.remove(folder);
      throw e;
    }
  }

  private static void write(LogWriter writer, Path folder) {
    try {
      writer.run();
      writer.close();
    } finally {
      WRITTEN.remove(folder);
    }
  }

  /**
   * Appends records, one after the other and all or none. Any thread; returns at once.
   *
   * @return completes on the writing thread, when the records are on disk or it is known that they
   *     won't be; never exceptionally
   */
  public CompletionStage<Appended> append(List<byte[]> records) {
    return state.offer(records);
  }

  /** The position of the oldest record that is kept. */
  public long first() {
    return segments().get(0).base();
  }

  /** The position after the newest record that is on disk. */
  public long end() {
    return state.end();
  }

  /** Reads from a position on, which must not be below {@link #first()}. */
  public LogReader reader(long position) {
    return new LogReader(this, position);
  }

  /** Waits until there is a record at this position, but no longer than this. */
  public void await(long position, Duration maxWait) {
    state.awaitBeyond(position, maxWait);
  }

  /** What failed since this was last asked; fatal if nothing will be written any more. */
  public Optional<ConnectorException> takeFailure() {
    return state.takeFailure();
  }

  List<Segment> segments() {
    return state.segments();
  }

  /** Every record below this position may be removed; files that hold no others are. */
  public void release(long position) {
    List<Segment> all = segments();
    List<Segment> removed = new ArrayList<>();
    try {
      for (int i = 0; i + 1 < all.size() && all.get(i + 1).base() <= position; i++) {
        Files.deleteIfExists(all.get(i).path());
        removed.add(all.get(i));
      }
    } catch (IOException e) {
      LOG.warn("a file of the log can't be removed; it is tried again later", e);
    } finally {
      state.removed(removed);
    }
  }

  /** Finishes what was appended, then ends the thread. Bounded in time; idempotent. */
  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  void close(Duration limit) {
    state.close();
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("{} waits for the disk and is left behind", thread.getName());
    }
  }
}
