package io.penstock.engine.flow;

/**
 * The latency of a backend without a queue before it, as far as known. It falls as soon as it is
 * surely lower, and hardly rises by itself: what is slower at the same limit may be a queue.
 */
final class Baseline {

  /** So many answers can tell for sure. */
  private static final int SURE = 30;

  private static final int LEARNED = 100;
  private static final int FIRST = 200;
  private static final double DOWN = 0.2;
  private static final double UP = 0.002;

  private final LatencyWindow lately = new LatencyWindow();
  private double level;
  private double weight;

  /** The mean latency by the level. */
  private double skew = 1;

  /** Learns from a round that certainly met no queue. */
  void learnFirst(LatencyWindow round) {
    int count = round.count();
    weight = Math.min(FIRST, weight + count);
    double share = count / Math.max(count, weight);
    level += (round.level() - level) * share;
    skew += (round.skew() - skew) * share;
  }

  /** Falls if a round shows that it must. */
  void fallTo(LatencyWindow round) {
    if (level > 0 && round.count() >= SURE) {
      level = Math.min(level, round.level() * Math.exp(3 * round.error()));
    }
  }

  /**
   * Learns from one round of many under the same limit.
   *
   * @return whether enough were seen to have learned something
   */
  boolean learn(LatencyWindow round) {
    lately.add(round);
    fallTo(lately);
    if (lately.count() < LEARNED) {
      return false;
    }
    double seen = lately.level();
    level += (seen < level ? DOWN : UP) * (seen - level);
    skew += 0.1 * (lately.skew() - skew);
    lately.clear();
    return true;
  }

  /** A check has shown that this round met no queue. */
  void checked(LatencyWindow round) {
    level = Math.min(round.level(), level * 1.2);
    skew += 0.3 * (round.skew() - skew);
  }

  /** It is this now. */
  void set(double newLevel) {
    level = newLevel;
  }

  /** All latencies are so many times longer from now on. */
  void scale(double by) {
    level *= by;
  }

  /** What was seen lately was under another limit. */
  void forget() {
    lately.clear();
  }

  /** How many times longer a latency is. */
  double excess(Point point) {
    return level == 0 ? 1 : point.level() / level;
  }

  /** What is in flight at a throughput if nothing waits (Little's law). */
  double inFlight(double perNs) {
    return perNs * level * skew;
  }
}
