package io.penstock.source.tasks.desk;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, many times over: counts by size of the time, each a quarter of a power of
 * two wide, so that a percentile is told up to 25% too high. Thread-safe.
 */
public final class Times {

  private static final int SUB_BITS = 2;
  private static final int SUBS = 1 << SUB_BITS;

  private final AtomicLongArray counts = new AtomicLongArray(64 * SUBS);

  void add(long ms) {
    counts.incrementAndGet(index(Math.max(0, ms)));
  }

  private static int index(long ms) {
    if (ms < SUBS) {
      return (int) ms;
    }
    int shift = 63 - Long.numberOfLeadingZeros(ms) - SUB_BITS;
    return shift * SUBS + (int) (ms >>> shift);
  }

  /** The largest time that is counted at an index. */
  private static long largest(int index) {
    if (index < 2 * SUBS) {
      return index;
    }
    int shift = index / SUBS - 1;
    return ((long) (index % SUBS + SUBS + 1) << shift) - 1;
  }

  /** A time that this part of all, from 0 to 1, did not exceed, in milliseconds; 0 if there is none. */
  public long percentileMs(double part) {
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    long wanted = (long) Math.ceil(all * part);
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= wanted && seen > 0) {
        return largest(i);
      }
    }
    return 0;
  }
}
