package io.penstock.engine.flow;

/**
 * What a batch's size adds to its latency: a straight line through what was seen, a fixed part and
 * a part for each event. With it the latencies of small and large batches can be compared.
 */
final class BatchCost {

  /** Of the older half of what is remembered, so many samples ago. */
  private static final double MEMORY = 1.0 / 500;

  /** Sizes that differ less than this share of their mean tell nothing about the line. */
  private static final double ALIKE = 0.1;

  /** A mean size that moves by more than this is followed. */
  private static final double MOVED = 0.1;

  private boolean begun;
  private double size;
  private double latency;
  private double sizeVariance;
  private double covariance;

  /** What is in force: how many events cost as much as a call of none, and the usual size. */
  private double fixed = Double.POSITIVE_INFINITY;

  private double usual;

  void add(int events, double ns) {
    if (!begun) {
      begun = true;
      size = events;
      latency = ns;
      usual = events;
      return;
    }
    double bySize = events - size;
    size += bySize * MEMORY;
    latency += (ns - latency) * MEMORY;
    sizeVariance += (bySize * (events - size) - sizeVariance) * MEMORY;
    covariance += (bySize * (ns - latency) - covariance) * MEMORY;
  }

  /** How much work a batch is, by that of one of the usual size. */
  double work(int events) {
    return Double.isInfinite(fixed) ? 1 : (fixed + events) / (fixed + usual);
  }

  /**
   * Puts the newest line and usual size in force, if they have moved.
   *
   * @return by how much the latency of a batch of the usual size grows with it
   */
  double refresh() {
    if (sizeVariance > ALIKE * ALIKE * size * size) {
      double perEvent = covariance / sizeVariance;
      fixed =
          perEvent <= 0
              ? Double.POSITIVE_INFINITY
              : Math.max(0, (latency - perEvent * size) / perEvent);
    }
    if (Math.abs(size - usual) <= MOVED * usual) {
      return 1;
    }
    double growth = Double.isInfinite(fixed) ? 1 : (fixed + size) / (fixed + usual);
    usual = size;
    return growth;
  }
}
