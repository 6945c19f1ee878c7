package io.penstock.source.http.log;

import io.penstock.connector.ConnectorException;
import io.penstock.source.http.log.FrameReader.BrokenFrameException;
import io.penstock.source.http.log.Frames.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from some position on. Used by one thread.
 *
 * <p>A disk that fails is a retriable {@link ConnectorException}, a record that isn't what was
 * written a fatal one.
 */
public final class LogReader implements AutoCloseable {

  private final SegmentLog log;
  private long position;
  private @Nullable Segment segment;
  private @Nullable FrameReader frames;

  LogReader(SegmentLog log, long position) {
    this.log = log;
    this.position = position;
  }

  /** The position of the next record. */
  public long position() {
    return position;
  }

  /**
   * Reads what there is.
   *
   * @param maxEntries at most so many records
   * @param maxBytes no more records once they have so many bytes
   */
  public List<Entry> read(int maxEntries, long maxBytes) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    long end = log.end(); // before the segments are looked at: those then hold all below it
    List<Segment> segments = log.segments();
    int index = index(segments, position);
    try {
      while (entries.size() < maxEntries && bytes < maxBytes && position < end) {
        if (index + 1 < segments.size() && segments.get(index + 1).base() == position) {
          index++;
        }
        Segment current = segments.get(index);
        FrameReader reader = frames(current);
        Header header = reader.peek(current.size()).orElseThrow(() -> shortOf(current));
        Entry entry = reader.take(header, current.size());
        position++;
        bytes += entry.bytes().length;
        entries.add(entry);
      }
      return entries;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Goes on with another record; one that the log has, or the one that will come next.
   *
   * @param to from {@link SegmentLog#first()} to {@link SegmentLog#end()}
   */
  public void seek(long to) {
    forget();
    position = to;
  }

  /** The position of the first record at or after a time; the log's end if there is none. */
  public long find(long timeMs) {
    try {
      Segment from = log.segments().get(0);
      for (Segment candidate : log.segments()) {
        Optional<Header> first = peek(candidate);
        if (first.isEmpty() || first.get().timeMs() >= timeMs) {
          break;
        }
        from = candidate;
      }
      try (FrameReader reader = new FrameReader(from.path(), from.base())) {
        Optional<Header> header;
        while ((header = reader.peek(from.size())).isPresent() && header.get().timeMs() < timeMs) {
          reader.skip(header.get());
        }
        return reader.position();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Optional<Header> peek(Segment segment) throws IOException {
    try (FrameReader reader = new FrameReader(segment.path(), segment.base())) {
      return reader.peek(segment.size());
    }
  }

  /** The segment that a position belongs to. */
  private static int index(List<Segment> segments, long wanted) {
    int index = segments.size() - 1;
    while (segments.get(index).base() > wanted) {
      if (index == 0) {
        throw new IllegalStateException("position " + wanted + " was removed");
      }
      index--;
    }
    return index;
  }

  private FrameReader frames(Segment current) throws IOException {
    FrameReader reader = frames;
    if (reader == null || current != segment) {
      forget();
      reader = new FrameReader(current.path(), current.base());
      frames = reader;
      segment = current;
    }
    while (reader.position() < position) {
      reader.skip(reader.peek(current.size()).orElseThrow(() -> shortOf(current)));
    }
    return reader;
  }

  /** A file that isn't the last ends before the next one begins. */
  private static ConnectorException shortOf(Segment segment) {
    return Recovery.damaged(segment.path(), segment.size());
  }

  private ConnectorException failed(IOException e) {
    if (e instanceof BrokenFrameException broken) {
      return Recovery.damaged(broken.path(), broken.offset());
    }
    forget();
    return ConnectorException.retry("can't read the log of received events: " + e, e);
  }

  /** Lets go of the file. */
  private void forget() {
    FrameReader reader = frames;
    frames = null;
    segment = null;
    if (reader != null) {
      try {
        reader.close();
      } catch (IOException e) {
        throw ConnectorException.retry("can't close a file of the log: " + e, e);
      }
    }
  }

  @Override
  public void close() {
    forget();
  }
}
