package io.penstock.engine.flow;

/**
 * A limit and the latency under it.
 *
 * @param limit how many ran
 * @param level of the latency in nanoseconds; see {@link LatencyWindow#level}
 * @param error the standard error of its logarithm
 */
record Point(int limit, double level, double error) {

  /** Latency that grows by more than this power of the limit is queueing. */
  static final double QUEUEING = 0.75;

  /**
   * A wait that is too short to act upon. Quick calls gain by it: what waits together is sent, and
   * answered, together.
   */
  static final double SHORT_WAIT_NS = 2e6;

  /** Latency that falls by less than this power of the limit is not of its making. */
  static final double OWN = 0.5;

  /**
   * How latency answers to the limit between a lower point and this one: 0 for not at all, 1 for in
   * proportion, as when all that is more only waits.
   */
  double slopeFrom(Point low) {
    return Math.log(level / low.level) / width(low);
  }

  /** The standard error of that. */
  double slopeErrorFrom(Point low) {
    return Math.hypot(error, low.error) / width(low);
  }

  /** Whether latency has surely grown with the limit since a lower point, and enough to act upon. */
  boolean isQueueAbove(Point low) {
    return slopeFrom(low) - slopeErrorFrom(low) > QUEUEING && level - low.level > SHORT_WAIT_NS;
  }

  private double width(Point low) {
    return Math.log((double) limit / low.limit);
  }
}
