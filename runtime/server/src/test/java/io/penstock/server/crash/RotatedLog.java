package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes numbered lines to {@code app.log}, now and then half of one, and renames the file when
 * some of its lines have arrived: a file that nobody has seen before it is renamed twice can't be
 * found.
 */
final class RotatedLog implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(4);

  private final Path folder;
  private final SplittableRandom random;
  private final Thread thread = new Thread(this::run, "rotated-log");
  private volatile int written;
  private volatile int rotations;
  private volatile boolean stopping;

  RotatedLog(Path folder, SplittableRandom random) {
    this.folder = folder;
    this.random = random;
    thread.start();
  }

  /** How many lines are written, numbered from 0. */
  int written() {
    return written;
  }

  int rotations() {
    return rotations;
  }

  private void run() {
    try {
      while (!stopping) {
        int first = written;
        OutputStream out = open();
        do {
          write(out);
        } while (!stopping && !(written > first + 150 && hasArrived(first)));
        if (stopping) {
          out.close();
          return;
        }
        Files.move(folder.resolve("app.log"), folder.resolve("app.log." + (rotations + 1)));
        int late = random.nextInt(5);
        for (int i = 0; i < late; i++) {
          write(out); // it has not noticed yet
        }
        out.close();
        rotations++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OutputStream open() throws IOException {
    return Files.newOutputStream(
        folder.resolve("app.log"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void write(OutputStream out) throws IOException {
    byte[] line = ("{\"n\":" + written + ",\"text\":\"gr\u00fcn\"}\n").getBytes(UTF_8);
    int half = random.nextInt(line.length);
    out.write(line, 0, half);
    if (random.nextInt(3) == 0) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    out.write(line, half, line.length - half);
    written++;
    LockSupport.parkNanos(random.nextLong(PAUSE.toNanos()));
  }

  private boolean hasArrived(int number) throws IOException {
    Path out = folder.resolve("out.jsonl");
    return Files.exists(out) && Files.readString(out, UTF_8).contains("\"n\":" + number + ",");
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
