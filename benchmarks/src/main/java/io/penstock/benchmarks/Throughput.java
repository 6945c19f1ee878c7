package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How fast an arm is, seen from outside, at its output: the clock and the process's CPU time are
 * read when the warm-up's events have arrived there, and again when all have. Start and end of the
 * JVM are not in it.
 *
 * @param warmUp how many events do not count
 * @param total how many events there are, those of the warm-up included
 * @param serverPid the process of the servers, whose CPU time is nobody else's load
 */
record Throughput(long warmUp, long total, long serverPid) {

  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration ARM_LIMIT = Duration.ofMinutes(3);

  /**
   * Runs an arm from its start to its end.
   *
   * @param written how many events are in the output now
   */
  Figures measure(ArmSpec arm, ArmSettings settings, LongSupplier written) {
    try (ArmProcess process = ArmProcess.launch(arm, settings)) {
      CpuClock clock = new CpuClock(process.pid(), List.of(serverPid));
      long deadlineNs = System.nanoTime() + ARM_LIMIT.toNanos();
      long before = await(warmUp, written, process, deadlineNs);
      CpuClock.Reading start = clock.read();
      await(total, written, process, deadlineNs);
      Figures figures =
          Figures.of(
              total - before, start, clock.read(), process.peakRssBytes(), Figures.Latency.NONE);
      process.end();
      return figures;
    }
  }

  /** Waits until the output holds so many, and returns how many it holds then. */
  private static long await(
      long wanted, LongSupplier written, ArmProcess process, long deadlineNs) {
    while (true) {
      long count = written.getAsLong();
      if (count >= wanted) {
        return count;
      }
      process.checkAlive();
      if (System.nanoTime() > deadlineNs) {
        throw new BenchmarkException(
            "The output had "
                + count
                + " of "
                + wanted
                + " events after "
                + ARM_LIMIT.toSeconds()
                + " s.");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
