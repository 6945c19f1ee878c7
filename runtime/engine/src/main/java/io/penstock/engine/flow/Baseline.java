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
  private static final double FORGOTTEN = 0.001;

  private final LatencyWindow lately = new LatencyWindow();
  private double level;

  /** The limit under which it was seen. */
  private int limit;

  /** The lowest level, hardly ever forgotten. */
  private double lowest;

  private double weight;

  /** The mean latency by the level. */
  private double skew = 1;

  /** Learns from a round that certainly met no queue. */
  void learnFirst(LatencyWindow round, int under) {
    limit = under;
    int count = round.count();
    weight = Math.min(FIRST, weight + count);
    double share = count / Math.max(count, weight);
    level += (round.level() - level) * share;
    skew += (round.skew() - skew) * share;
  }

  /** Falls if a round shows that it must. */
  void fallTo(LatencyWindow round, int under) {
    if (level > 0 && round.count() >= SURE) {
      fall(round.level() * Math.exp(3 * round.error()), under);
    }
  }

  /** Backends that gain by calls that come together are a little quicker under lower limits. */
  private void fall(double to, int under) {
    boolean isQueue =
        under >= limit || Math.log(level / to) > Point.OWN * Math.log((double) limit / under);
    if (to < level && isQueue) {
      set(to, Math.min(limit, under));
    }
  }

  /**
   * Learns from one round of many under the same limit.
   *
   * @return whether enough were seen to have learned something
   */
  boolean learn(LatencyWindow round, int under) {
    lately.add(round);
    fallTo(lately, under);
    if (lately.count() < LEARNED) {
      return false;
    }
    double seen = lately.level();
    lowest = Math.min(level, lowest == 0 ? level : lowest + FORGOTTEN * (level - lowest));
    if (seen < level) {
      fall(level + DOWN * (seen - level), under);
    } else {
      level += UP * (seen - level);
    }
    skew += 0.1 * (lately.skew() - skew);
    lately.clear();
    return true;
  }

  /** A check has shown that this round met no queue. */
  void checked(LatencyWindow round, int under) {
    set(Math.min(round.level(), level * 1.2), under);
    skew += 0.3 * (round.skew() - skew);
  }

  /** Whether a latency is not so many times the lowest that is remembered. */
  boolean isNear(Point point, double times) {
    return point.level() < times * lowest;
  }

  /** It is this now, under this limit. */
  void set(double newLevel, int under) {
    level = newLevel;
    limit = under;
    lowest = lowest == 0 ? level : Math.min(lowest, level);
  }

  /** All latencies are so many times longer from now on. */
  void scale(double by) {
    level *= by;
    lowest *= by;
  }

  /** What was seen lately was under another limit. */
  void forget() {
    lately.clear();
  }

  /** How many times longer a latency is. */
  double excess(Point point) {
    return level == 0 ? 1 : point.level() / level;
  }

  /** How much longer a latency is, in nanoseconds. */
  double wait(Point point) {
    return level == 0 ? 0 : point.level() - level;
  }

  /** What is in flight at a throughput if each waits for so long (Little's law). */
  double inFlight(double perNs, double waitNs) {
    return perNs * (level * skew + waitNs);
  }
}
