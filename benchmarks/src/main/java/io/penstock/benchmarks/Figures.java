package io.penstock.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * What one run of one arm measured.
 *
 * @param events how many events were counted
 * @param seconds how long they took
 * @param cpuSeconds the CPU time of the arm's process meanwhile, user and system
 * @param peakRssBytes the most memory that the process had resident since its start
 * @param othersShare what other processes than the benchmark's had of all cores, from 0 to 1
 * @param latency of the same events; without samples where it was not measured
 */
record Figures(
    long events,
    double seconds,
    double cpuSeconds,
    long peakRssBytes,
    double othersShare,
    Latency latency) {

  static Figures of(
      long events,
      CpuClock.Reading start,
      CpuClock.Reading end,
      long peakRssBytes,
      Latency latency) {
    return new Figures(
        events,
        end.secondsSince(start),
        end.armSecondsSince(start),
        peakRssBytes,
        end.othersShareSince(start),
        latency);
  }

  double eventsPerSecond() {
    return events / seconds;
  }

  double cpuSecondsPerMillion() {
    return cpuSeconds * 1e6 / events;
  }

  double peakRssMb() {
    return peakRssBytes / 1e6;
  }

  @Override
  public String toString() {
    String throughput =
        String.format(
            Locale.ROOT,
            "%,10.0f events/s %6.2f CPU s/M",
            eventsPerSecond(),
            cpuSecondsPerMillion());
    return latency.isMeasured()
        ? throughput
            + String.format(
                Locale.ROOT,
                ", p50 %.2f ms, p99 %.2f ms",
                latency.percentileMs(50),
                latency.percentileMs(99))
        : throughput;
  }

  /** Times from when an event was due to when its result was read, in nanoseconds, ascending. */
  record Latency(long[] sortedNs) {

    static final Latency NONE = new Latency(new long[0]);

    static Latency of(long[] samplesNs) {
      long[] sorted = samplesNs.clone();
      Arrays.sort(sorted);
      return new Latency(sorted);
    }

    boolean isMeasured() {
      return sortedNs.length > 0;
    }

    /** The smallest time that this share of the events did not exceed, in milliseconds. */
    double percentileMs(double percent) {
      int index = (int) Math.ceil(sortedNs.length * percent / 100) - 1;
      return sortedNs[Math.max(0, index)] / 1e6;
    }
  }
}
