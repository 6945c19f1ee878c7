package io.penstock.engine.flow;

/**
 * Latencies of a while. What stands for all of them is the square of the mean of their square
 * roots: the plain mean is swayed by one slow call, the mean of logarithms by many that come from a
 * cache.
 */
final class LatencyWindow {

  private int count;
  private double sum;
  private double roots;

  void add(double ns) {
    count++;
    sum += ns;
    roots += Math.sqrt(ns);
  }

  void add(LatencyWindow other) {
    count += other.count;
    sum += other.sum;
    roots += other.roots;
  }

  void clear() {
    count = 0;
    sum = 0;
    roots = 0;
  }

  int count() {
    return count;
  }

  /** What stands for all of them, in nanoseconds; only if there are any. */
  double level() {
    double root = roots / count;
    return root * root;
  }

  /** The plain mean by the level: 1 if all are alike, more the more they differ. */
  double skew() {
    return sum / count / level();
  }

  /** The standard error of the level's logarithm. */
  double error() {
    double root = roots / count;
    double variance = Math.max(0, sum / count - root * root);
    return 2 * Math.sqrt(variance / Math.max(1, count - 1)) / root;
  }
}
