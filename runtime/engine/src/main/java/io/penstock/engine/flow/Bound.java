package io.penstock.engine.flow;

/**
 * What bounds a backend that refuses and says when to come back: the calls a second, as such
 * answers are meant, or the calls at a time. In the latter case a refused call always met more in
 * flight than any that was served since the last refusal; in the former hardly ever, as what is in
 * flight comes and goes while the rate is the same. It reads no clock. Not thread-safe.
 */
final class Bound {

  /** So many of the newest starts are remembered. */
  private static final int STARTS = 1_024;

  /** So many must have been served for their highest to mean something. */
  private static final int ENOUGH = 10;

  /** Refusals that speak for calls at a time, less those that speak against it. */
  private static final int SURE = 3;

  private static final int MOST = 5;

  /** A bound that is so much higher or lower is another. */
  private static final double ALIKE = 0.1;

  private static final int DOUBTFUL = 1;

  /** Empty until the first refusal: most backends never send a time to come back. */
  private long[] startNs = {};

  private int[] levels = {};
  private long starts;

  private boolean concurrency;
  private int signs;
  private boolean wasRefused;
  private long refusedNs;
  private int refusedAt;
  private int served;
  private int highest;

  /** A call starts, and so many are in flight with it. */
  void started(long nowNs, int inFlight) {
    if (!wasRefused) {
      return;
    }
    int at = (int) (starts++ % STARTS);
    startNs[at] = nowNs;
    levels[at] = inFlight;
  }

  /** A call that started then was served. */
  void served(long atNs) {
    if (wasRefused && atNs - refusedNs >= 0) {
      served++;
      highest = Math.max(highest, level(atNs));
    }
  }

  /**
   * A call that started then was refused, with the time to come back.
   *
   * @return whether the backend bounds the calls at a time, as far as is known
   */
  boolean isConcurrency(long atNs, long nowNs) {
    if (wasRefused && atNs - refusedNs < 0) {
      return concurrency;
    }
    if (!wasRefused) {
      startNs = new long[STARTS];
      levels = new int[STARTS];
    } else if (served >= ENOUGH) {
      int level = level(atNs);
      boolean isAlike = Math.abs(level - refusedAt) <= Math.max(1, ALIKE * level);
      signs = level > highest && isAlike ? Math.min(MOST, signs + 1) : Math.max(0, signs - 1);
      refusedAt = level;
      concurrency = signs >= (concurrency ? DOUBTFUL + 1 : SURE);
    }
    wasRefused = true;
    refusedNs = nowNs;
    served = 0;
    highest = 0;
    return concurrency;
  }

  /** How many were in flight when the last one up to a time had started; 0 if that is too old. */
  private int level(long atNs) {
    long low = Math.max(0, starts - STARTS);
    long high = starts;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (startNs[(int) (middle % STARTS)] - atNs <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == Math.max(0, starts - STARTS) ? 0 : levels[(int) ((low - 1) % STARTS)];
  }
}
