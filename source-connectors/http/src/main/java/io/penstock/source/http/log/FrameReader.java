package io.penstock.source.http.log;

import io.penstock.source.http.log.Frames.Header;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Reads one file frame by frame, and checks each. Used by one thread at a time. */
final class FrameReader implements AutoCloseable {

  private static final int BUFFER = 64 << 10;

  private final Path path;
  private final RandomAccessFile file;
  private byte[] buffer = new byte[BUFFER];
  private long bufferAt;
  private int buffered;
  private long offset = Frames.FILE_HEADER;
  private long position;

  /** At this place there is no frame, or not the one that belongs there. */
  static final class BrokenFrameException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private final long offset;

    BrokenFrameException(Path path, long offset) {
      super("no whole frame at byte " + offset + " of " + path, null);
      this.path = path;
      this.offset = offset;
    }

    Path path() {
      return path;
    }

    long offset() {
      return offset;
    }
  }

  /**
   * Opens a file; its first frame comes next.
   *
   * @param base the position of the first frame
   */
  FrameReader(Path path, long base) throws IOException {
    this.path = path;
    file = new RandomAccessFile(path.toFile(), "r");
    position = base;
  }

  /** Where the next frame begins. */
  long offset() {
    return offset;
  }

  /** The position of the next frame. */
  long position() {
    return position;
  }

  /**
   * Reads the beginning of the next frame and stays there.
   *
   * @param limit where the file ends for us
   * @return empty at the limit
   * @throws BrokenFrameException if there is something else
   */
  Optional<Header> peek(long limit) throws IOException {
    if (offset == limit) {
      return Optional.empty();
    }
    if (limit - offset >= Frames.HEADER) {
      Header header = Frames.header(buffer, load(Frames.HEADER, limit));
      if (header.isPlausible(limit - offset - Frames.HEADER) && header.position() == position) {
        return Optional.of(header);
      }
    }
    throw new BrokenFrameException(path, offset);
  }

  /** Goes behind the frame that was peeked. */
  void skip(Header header) {
    offset += header.frameLength();
    position++;
  }

  /**
   * Reads the frame that was peeked, and goes behind it.
   *
   * @throws BrokenFrameException if it isn't what was written
   */
  Entry take(Header header, long limit) throws IOException {
    int from = load(header.frameLength(), limit);
    if (!Frames.isWhole(header, buffer, from)) {
      throw new BrokenFrameException(path, offset);
    }
    int record = from + Frames.HEADER;
    byte[] bytes = Arrays.copyOfRange(buffer, record, record + header.length());
    skip(header);
    if (buffer.length > BUFFER) {
      buffer = new byte[BUFFER]; // one large record must not stay in memory
      buffered = 0;
    }
    return new Entry(header.position(), header.timeMs(), bytes);
  }

  /** Has so many bytes from the offset on in the buffer, and tells where. */
  private int load(int length, long limit) throws IOException {
    if (offset >= bufferAt && offset + length <= bufferAt + buffered) {
      return (int) (offset - bufferAt);
    }
    if (length > buffer.length) {
      buffer = new byte[length];
    }
    bufferAt = offset;
    buffered = 0;
    file.seek(offset);
    int wanted = (int) Math.min(buffer.length, limit - offset);
    while (buffered < wanted) {
      int read = file.read(buffer, buffered, wanted - buffered);
      if (read < 0) {
        break;
      }
      buffered += read;
    }
    if (buffered < length) {
      throw new BrokenFrameException(path, offset); // shorter than it was
    }
    return 0;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
