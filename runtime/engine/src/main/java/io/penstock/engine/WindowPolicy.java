package io.penstock.engine;

import java.time.Duration;

/**
 * How much may be under way at a time.
 *
 * @param maxEvents the uncommitted span of one lane at most, in events; 1 or more
 * @param maxBytes what the connector keeps in memory at most, in bytes: half of it is for events
 *     under way, a quarter each for the buffers of the source's and the sinks' clients
 * @param whenFull what happens when one event holds up a full window
 * @param commitInterval how often progress is committed
 * @param revokeWait how long events in flight are waited for when a lane is given up
 */
public record WindowPolicy(
    int maxEvents, long maxBytes, WhenFull whenFull, Duration commitInterval, Duration revokeWait) {

  /** 50,000 events a lane and 64 MiB, waiting when full, committed each 200 ms. */
  public static final WindowPolicy DEFAULT =
      new WindowPolicy(
          50_000, 64L << 20, WhenFull.WAIT, Duration.ofMillis(200), Duration.ofSeconds(3));

  /** What to do when the oldest unsettled event of a lane keeps a full window from moving. */
  public enum WhenFull {
    /** Go on retrying; the lane waits. */
    WAIT,
    /** Send that event to the failure sinks. */
    DEAD_LETTER
  }

  /** Checks. */
  public WindowPolicy {
    if (maxEvents < 1 || maxBytes < 1 || commitInterval.isNegative() || revokeWait.isNegative()) {
      throw new IllegalArgumentException("window of " + maxEvents + " events, " + maxBytes + " B");
    }
  }
}
