package io.penstock.source.file;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a file into lines, each ended by LF or CR LF. Of a line that isn't finished it remembers how
 * far it has looked; of one that is too long it keeps the beginning only. Used by one thread.
 */
final class LineReader {

  /** How much is kept of a line that is too long, to know it by. */
  private static final int HEAD_BYTES = 4 << 10;

  private final OpenFile file;
  private final Window window;
  private final int maxLineBytes;
  private long offset;
  private long looked;

  /** Some bytes of a file, shared by all readers of a source: it belongs to who filled it last. */
  static final class Window {
    private final byte[] bytes;
    private LineReader owner;
    private long at;
    private int length;

    @SuppressWarnings("NullAway.Init") // filled before it is read
    Window(int size) {
      bytes = new byte[size];
    }
  }

  /**
   * Begins at a line's first byte.
   *
   * @param maxLineBytes how long a line may be
   */
  LineReader(OpenFile file, long offset, Window window, int maxLineBytes) {
    this.file = file;
    this.offset = offset;
    this.looked = offset;
    this.window = window;
    this.maxLineBytes = maxLineBytes;
  }

  /** Where the next line begins. */
  long offset() {
    return offset;
  }

  /** The next line that is finished; empty if there is none yet. */
  Optional<Line> next() throws IOException {
    while (true) {
      if (window.owner != this || looked < window.at || looked >= window.at + window.length) {
        if (!fill()) {
          return Optional.empty();
        }
      }
      for (int i = (int) (looked - window.at); i < window.length; i++) {
        if (window.bytes[i] == '\n') {
          long newline = window.at + i;
          return Optional.of(line(newline, newline + 1));
        }
      }
      looked = window.at + window.length;
    }
  }

  /** What stands behind the last finished line, as a line; empty if nothing does. */
  Optional<Line> rest() throws IOException {
    Optional<Line> finished = next();
    if (finished.isPresent()) {
      return finished;
    }
    return looked > offset ? Optional.of(line(looked, looked)) : Optional.empty();
  }

  /** Has bytes in the window from the unfinished line on, if that leaves room to look further. */
  private boolean fill() throws IOException {
    long from = looked - offset < window.bytes.length ? offset : looked;
    window.owner = this;
    window.at = from;
    window.length = file.read(from, window.bytes, 0, window.bytes.length);
    return looked < from + window.length;
  }

  private Line line(long end, long next) throws IOException {
    long length = end - offset;
    byte[] bytes =
        bytes(length <= maxLineBytes ? (int) length : Math.min(HEAD_BYTES, maxLineBytes));
    if (bytes.length == length && bytes.length > 0 && bytes[bytes.length - 1] == '\r') {
      length--;
      bytes = Arrays.copyOf(bytes, bytes.length - 1);
    }
    Line line = new Line(offset, length, bytes, next);
    offset = next;
    looked = next;
    return line;
  }

  private byte[] bytes(int length) throws IOException {
    boolean inWindow =
        window.owner == this && offset >= window.at && offset + length <= window.at + window.length;
    if (inWindow) {
      int from = (int) (offset - window.at);
      return Arrays.copyOfRange(window.bytes, from, from + length);
    }
    byte[] bytes = new byte[length];
    if (file.read(offset, bytes, 0, length) < length) {
      throw new IOException("the file was cut off while it was read");
    }
    return bytes;
  }
}
