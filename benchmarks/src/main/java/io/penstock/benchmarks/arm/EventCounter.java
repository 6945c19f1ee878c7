package io.penstock.benchmarks.arm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counts events where there is no output to count them at, in memory that two processes share. One thread
 * counts at a time.
 */
public final class EventCounter {

  private final LongBuffer count;

  private EventCounter(LongBuffer count) {
    this.count = count;
  }

  /** Opens the counter in a file, which is made if it isn't there. */
  public static EventCounter open(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new EventCounter(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES).asLongBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException("no counter at " + file, e);
    }
  }

  /** One more. */
  synchronized void add() {
    count.put(0, count.get(0) + 1);
  }

  /** How many there were. */
  public long get() {
    return count.get(0);
  }
}
