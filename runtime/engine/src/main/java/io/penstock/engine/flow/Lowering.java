package io.penstock.engine.flow;

/** Steps down from a limit under which calls wait for one another. */
final class Lowering {

  /** One step leaves at least this share, and at most that one. */
  private static final double STEEPEST = 0.5;

  private static final double LEAST = 0.9;

  /** Throughput that falls by more than this power of the limit was worth a longer latency. */
  private static final double WORTH = 0.4;

  private int from;
  private double throughput;

  /** From this limit, with this throughput under it. */
  void begin(int limit, double perNs) {
    from = limit;
    throughput = perNs;
  }

  int from() {
    return from;
  }

  /** The next step down: to what need be in flight, if that is near. */
  static int next(int limit, double needed) {
    double to = Math.max(STEEPEST * limit, Math.min(LEAST * limit, needed));
    return Math.min(limit - 1, (int) Math.round(to));
  }

  /** Whether so much throughput was surely lost that the queue was worth it. */
  boolean isLoss(int limit, double perNs, double error) {
    double width = Math.log((double) from / limit);
    return (Math.log(throughput / perNs) - error) / width > WORTH;
  }
}
