package io.penstock.source.http.log;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.source.http.log.LogState.Append;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what waits for the disk, all of it in one go and with one force, and then tells everybody.
 * Runs on a thread of its own until the log is closed and nothing waits any more.
 *
 * <p>After a failure nobody knows what is in the file behind its durable part, nor whether a later
 * force would tell the truth about it, so that part is cut off before anything else is written.
 */
final class LogWriter implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** A larger group gets a buffer of its own. */
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final long segmentBytes;
  private final InstantSource clock;
  private final Failpoints failpoints;
  private final LogState state;
  private final LogFile.Opener files;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private LogFile file;
  private Segment newest;
  private long lastTimeMs;
  private boolean torn;
  private boolean needsSegment;

  private LogWriter(
      LogOptions options, LogState state, Segment newest, LogFile file, LogFile.Opener files) {
    this.folder = options.folder();
    this.segmentBytes = options.segmentBytes();
    this.clock = options.clock();
    this.failpoints = options.failpoints();
    this.state = state;
    this.newest = newest;
    this.file = file;
    this.files = files;
  }

  /** Goes on with the newest file; or with a new one, if there is none that goes on from there. */
  static LogWriter open(
      LogOptions options, LogState state, Recovery.Found found, long released, LogFile.Opener files)
      throws IOException {
    LogWriter writer;
    if (found.segments().isEmpty() || found.end() < released) {
      // Nothing that is still needed is there: what was released must not be given out again.
      Segment first = new Segment(released, path(options.folder(), released), 0);
      LogFile file = create(options.folder(), first, files);
      state.added(first);
      writer = new LogWriter(options, state, first, file, files);
    } else {
      Segment last = found.segments().get(found.segments().size() - 1);
      LogFile file = files.open(last.path());
      writer = new LogWriter(options, state, last, file, files);
      try {
        file.force(); // what a process wrote that was killed may not be on disk yet
      } catch (IOException e) {
        writer.close();
        throw e;
      }
      writer.rollIfTooLarge();
    }
    writer.lastTimeMs = found.lastTimeMs();
    return writer;
  }

  private static Path path(Path folder, long base) {
    return folder.resolve(Segment.name(base));
  }

  private static LogFile create(Path folder, Segment segment, LogFile.Opener files)
      throws IOException {
    LogFile file = files.open(segment.path());
    try {
      file.truncate(0); // an attempt before this may have left something
      file.write(0, Frames.fileHeader(segment.base()), Frames.FILE_HEADER);
      file.force();
      Recovery.force(folder);
      segment.grow(Frames.FILE_HEADER);
      return file;
    } catch (IOException e) {
      try {
        file.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @Override
  public void run() {
    List<Append> group = List.of();
    try {
      while (!(group = state.takeGroup()).isEmpty()) {
        Appended result = store(group);
        group.forEach(append -> append.complete(result));
      }
    } catch (RuntimeException | Error e) {
      LOG.error("{} ended by an error", Thread.currentThread().getName(), e);
      state.close();
      state.failed(
          0, ConnectorException.fatal("nothing is received any more: " + e + "; start again", e));
      // Nobody may wait for ever.
      group.forEach(append -> append.complete(Appended.FAILED));
      while (!(group = state.takeGroup()).isEmpty()) {
        group.forEach(append -> append.complete(Appended.CLOSED));
      }
    }
  }

  private Appended store(List<Append> group) {
    long bytes = group.stream().mapToLong(Append::bytes).sum();
    try {
      repair();
      rollIfFull(bytes);
      long end = write(group, bytes);
      state.stored(bytes, newest, newest.size() + bytes, end);
      failpoints.reached("ingest-before-answer");
      return Appended.STORED;
    } catch (IOException e) {
      torn = true;
      LOG.warn("can't write {}", newest.path(), e);
      state.failed(
          bytes,
          ConnectorException.retry(
              "can't write "
                  + newest.path()
                  + ": "
                  + e
                  + ". Senders get 503 until that works again; look at the free space of the disk",
              e));
      return Appended.FAILED;
    }
  }

  private void repair() throws IOException {
    if (torn) {
      file.truncate(newest.size());
      file.force();
      torn = false;
    }
  }

  /** The newest file can't be removed, so it must not take what the log may take by now. */
  private void rollIfTooLarge() {
    try {
      rollIfFull(0);
    } catch (IOException e) { // a full disk must not keep anybody from reading
      LOG.warn(
          "no file can be made after {}; it is tried again with the next event", newest.path(), e);
    }
  }

  private void rollIfFull(long bytes) throws IOException {
    boolean isEmpty = newest.size() == Frames.FILE_HEADER;
    needsSegment |= !isEmpty && newest.size() + bytes > segmentBytes;
    if (!needsSegment) {
      return;
    }
    // Once begun it has to succeed: the new file may be there, and it begins at this position.
    Segment next = new Segment(state.end(), path(folder, state.end()), 0);
    LogFile created = create(folder, next, files);
    failpoints.reached("ingest-after-roll");
    LogFile full = file;
    file = created;
    newest = next;
    needsSegment = false;
    state.added(next);
    full.close();
  }

  private long write(List<Append> group, long bytes) throws IOException {
    long durable = state.end();
    long position = durable;
    lastTimeMs = Math.max(lastTimeMs, clock.millis());
    ByteBuffer out = bytes <= BUFFER ? buffer.clear() : ByteBuffer.allocate(Math.toIntExact(bytes));
    for (Append append : group) {
      for (byte[] record : append.records()) {
        Frames.put(out, new Entry(position++, lastTimeMs, record), durable);
      }
    }
    failpoints.reached("ingest-before-write");
    file.write(newest.size(), out.array(), out.position());
    failpoints.reached("ingest-before-sync");
    file.force();
    return position;
  }

  /** Closes the file; nothing may run any more. */
  void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("can't close {}; all that was answered for is on disk", newest.path(), e);
    }
  }
}
