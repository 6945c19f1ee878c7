package io.penstock.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads CPU time: of an arm, and of all else on the machine that is no part of the benchmark. The
 * latter tells whether the figures can be trusted.
 */
final class CpuClock {

  /** The kernel counts in hundredths of a second for every reader, whatever its own tick is. */
  private static final double TICKS_PER_SECOND = 100;

  /** user, nice, system; not idle and iowait; irq, softirq, steal. Guests are in user already. */
  private static final List<Integer> BUSY = List.of(0, 1, 2, 5, 6, 7);

  private final ProcessHandle arm;
  private final List<ProcessHandle> helpers;

  /** Takes the ids of the benchmark's processes: the arm, and the others except this JVM. */
  CpuClock(long arm, List<Long> helpers) {
    this.arm = handle(arm);
    this.helpers =
        Stream.concat(Stream.of(ProcessHandle.current()), helpers.stream().map(CpuClock::handle))
            .toList();
  }

  /** A moment: the wall clock and the CPU times of the arm and of all processes but ours. */
  record Reading(long wallNs, double armSeconds, double othersSeconds) {

    double secondsSince(Reading start) {
      return (wallNs - start.wallNs) / 1e9;
    }

    double armSecondsSince(Reading start) {
      return armSeconds - start.armSeconds;
    }

    /** Returns the share of all cores that processes other than ours had, from 0 to 1. */
    double othersShareSince(Reading start) {
      double cores = Runtime.getRuntime().availableProcessors();
      double share = (othersSeconds - start.othersSeconds) / secondsSince(start) / cores;
      return Math.max(0, Math.min(1, share));
    }
  }

  Reading read() {
    double armSeconds = seconds(arm);
    double ours = armSeconds + helpers.stream().mapToDouble(CpuClock::seconds).sum();
    return new Reading(System.nanoTime(), armSeconds, machineSeconds() - ours);
  }

  private static ProcessHandle handle(long pid) {
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new BenchmarkException("The process " + pid + " is gone."));
  }

  private static double seconds(ProcessHandle process) {
    return process
            .info()
            .totalCpuDuration()
            .map(Duration::toNanos)
            .orElseThrow(
                () ->
                    new BenchmarkException(
                        "The CPU time of the process " + process.pid() + " is not known."))
        / 1e9;
  }

  private static double machineSeconds() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String[] ticks =
          lines.filter(line -> line.startsWith("cpu ")).findFirst().orElseThrow().split(" +");
      return BUSY.stream().mapToLong(i -> Long.parseLong(ticks[i + 1])).sum() / TICKS_PER_SECOND;
    } catch (IOException failed) {
      throw new BenchmarkException("/proc/stat could not be read; this needs Linux.", failed);
    }
  }
}
