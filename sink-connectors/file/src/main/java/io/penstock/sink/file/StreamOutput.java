package io.penstock.sink.file;

import java.io.IOException;
import java.io.OutputStream;

/** Standard output, or a device: what is written can't be taken back. */
final class StreamOutput implements LineOutput {

  /** Several sinks may write to standard output, and their lines must not be mixed. */
  private static final Object LINES = new Object();

  private final OutputStream stream;

  /** Writes to a stream, which stays open: it belongs to the process. */
  StreamOutput(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public void add(byte[] lines) throws IOException {
    synchronized (LINES) {
      stream.write(lines);
      stream.flush();
    }
  }

  @Override
  public void close() {}
}
