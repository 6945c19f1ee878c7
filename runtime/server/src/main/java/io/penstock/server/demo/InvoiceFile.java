package io.penstock.server.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Invoices that are the lines of a file that grows. */
final class InvoiceFile implements DemoSystem.InvoiceSource {

  private static final Duration POLL = Duration.ofMillis(5);

  private final Path path;
  private long position;
  private volatile boolean woken;

  InvoiceFile(Path path) {
    this.path = path;
  }

  @Override
  public @Nullable Iterable<byte[]> poll() {
    if (woken) {
      return null; // as it says
    }
    List<byte[]> lines = read();
    if (lines.isEmpty()) {
      LockSupport.parkNanos(this, POLL.toNanos());
    }
    return lines;
  }

  private List<byte[]> read() {
    List<byte[]> lines = new ArrayList<>();
    if (!Files.exists(path)) {
      return lines;
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(1 << 20, file.length() - position)];
      file.seek(position);
      file.readFully(bytes);
      int from = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          lines.add(Arrays.copyOfRange(bytes, from, i));
          from = i + 1;
        }
      }
      position += from; // a line that isn't whole yet is read again
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("invoices can't be read", e);
    }
  }

  @Override
  public void wakeup() {
    woken = true;
  }

  @Override
  public void close() {
    // Nothing is open between polls.
  }
}
