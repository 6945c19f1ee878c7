package io.penstock.server.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A line at the bottom of a terminal that is written again and again, while other output goes on
 * above it. Stands in for standard error, so that whatever is written there takes the line away
 * first. Thread-safe.
 */
final class LiveLine extends OutputStream {

  private static final byte[] ERASE = "\r\033[K".getBytes(StandardCharsets.US_ASCII);

  /** No wrapping at the right edge: a longer line is cut by the terminal. */
  private static final String NO_WRAP = "\033[?7l";

  /** Back to the start of the line, so that what others write there begins where it should. */
  private static final String WRAP_AND_BACK = "\033[?7h\r";

  private final PrintStream terminal;
  private boolean shown;

  LiveLine(PrintStream terminal) {
    this.terminal = terminal;
  }

  /** Shows the line in place of the one before. */
  synchronized void show(String line) {
    erase();
    byte[] bytes = (NO_WRAP + line + WRAP_AND_BACK).getBytes(StandardCharsets.UTF_8);
    terminal.write(bytes, 0, bytes.length);
    terminal.flush();
    shown = true;
  }

  /** Takes the line away. */
  synchronized void erase() {
    if (shown) {
      terminal.write(ERASE, 0, ERASE.length);
      terminal.flush();
      shown = false;
    }
  }

  @Override
  public synchronized void write(int b) {
    erase();
    terminal.write(b);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    erase();
    terminal.write(bytes, offset, length);
  }

  @Override
  public synchronized void flush() {
    terminal.flush();
  }
}
