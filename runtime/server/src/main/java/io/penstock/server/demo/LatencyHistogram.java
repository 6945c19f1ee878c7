package io.penstock.server.demo;

/** Counts durations in steps of 0.1 ms up to 60 s, in a bounded memory. Not thread-safe. */
final class LatencyHistogram {

  private static final long STEP_NS = 100_000;
  private static final int STEPS = 600_000;

  private final int[] counts = new int[STEPS];
  private long total;

  /** Counts a duration; longer ones than 60 s count as 60 s. */
  void record(long ns) {
    counts[(int) Math.min(STEPS - 1, Math.max(0, ns / STEP_NS))]++;
    total++;
  }

  boolean isEmpty() {
    return total == 0;
  }

  /** The upper end of the step that this share of all durations doesn't exceed; 0 without any. */
  long quantileNs(double share) {
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (int i = 0; i < STEPS && total > 0; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return (i + 1) * STEP_NS;
      }
    }
    return 0;
  }
}
