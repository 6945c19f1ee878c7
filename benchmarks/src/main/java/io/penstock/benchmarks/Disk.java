package io.penstock.benchmarks;

import io.penstock.benchmarks.Figures.Latency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the disk does by itself: one write and one force after the other. */
final class Disk {

  private Disk() {}

  static Figures force(Path folder, Duration turn, byte[] data) throws IOException {
    CpuClock clock = new CpuClock(ProcessHandle.current().pid(), List.of());
    List<Long> latencies = new ArrayList<>();
    Path path = Files.createTempFile(folder, "disk", "");
    CpuClock.Reading start = clock.read();
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      long end = System.nanoTime() + turn.toNanos();
      for (long begin; (begin = System.nanoTime()) < end; ) {
        file.write(ByteBuffer.wrap(data));
        file.force(false);
        latencies.add(System.nanoTime() - begin);
      }
    } finally {
      Files.delete(path);
    }
    long[] sorted = latencies.stream().mapToLong(Long::longValue).toArray();
    return Figures.of(sorted.length, start, clock.read(), 0, Latency.of(sorted));
  }
}
