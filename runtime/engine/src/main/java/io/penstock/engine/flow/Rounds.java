package io.penstock.engine.flow;

import io.penstock.engine.flow.Limit.Sample;

/**
 * What is measured under one limit: a round lasts for a mean latency at least, 10 ms at least, and
 * ten answers at least, and begins when what the limit was before shows no more.
 */
final class Rounds {

  static final long MIN_ROUND_NS = 10_000_000;
  private static final int MIN_ANSWERS = 10;

  /** The limit counts as used if this share of it was in flight. */
  private static final double USED = 0.8;

  private static final double SLOPE_ERROR = 0.25;
  private static final int MAX_ANSWERS = 100;

  private final BatchCost cost = new BatchCost();
  private final LatencyWindow latencies = new LatencyWindow();

  /** The mean latency and its mean square, newest first. */
  private double meanNs;

  private double meanSquareNs;
  private long beganNs;
  private long settledNs;
  private boolean measuring;
  private int answers;
  private int used;
  private double work;

  void begin(long nowNs) {
    beganNs = nowNs;
    settledNs = nowNs;
  }

  /** Counts an answer. */
  void served(Sample sample, int limit) {
    long nowNs = sample.endNs();
    double ns = sample.latencyNs();
    double share = meanNs == 0 ? 1 : 1.0 / Math.max(20, limit);
    meanNs += (ns - meanNs) * share;
    meanSquareNs += (ns * ns - meanSquareNs) * share;
    cost.add(sample.events(), ns);
    answers++;
    if (sample.inFlight() >= limit * USED) {
      used++;
    }
    if (nowNs - settledNs < 0) {
      return;
    }
    if (!measuring) {
      measuring = true;
      restart(nowNs);
      return;
    }
    double amount = cost.work(sample.events());
    work += amount;
    latencies.add(ns / amount);
  }

  /** Whether a round of this length is over. */
  boolean isOver(double lengthNs, long nowNs) {
    return latencies.count() >= MIN_ANSWERS && nowNs - beganNs >= lengthNs;
  }

  /** A new round begins. */
  void restart(long nowNs) {
    beganNs = nowNs;
    answers = 0;
    used = 0;
    work = 0;
    latencies.clear();
  }

  /** Nothing is measured until what is in flight under this limit has gone. */
  void settle(int limit, long nowNs) {
    double drainNs =
        latencies.count() < 5 ? 0 : limit * (double) (nowNs - beganNs) / latencies.count();
    settledNs = nowNs + (long) Math.max(turnoverNs(), drainNs);
    measuring = false;
  }

  double meanNs() {
    return meanNs;
  }

  /** A mean latency, but not less than is measured. */
  double lengthNs() {
    return Math.max(MIN_ROUND_NS, meanNs);
  }

  /**
   * How long it takes until most of what is in flight has gone: long calls are met there oftener.
   */
  double turnoverNs() {
    return meanNs == 0 ? 0 : Math.min(5 * meanNs, meanSquareNs / meanNs);
  }

  /** The latencies of this round, those of large batches made comparable to those of small ones. */
  LatencyWindow latencies() {
    return latencies;
  }

  /** Whether an error of the slope is too large to decide, and more answers will make it smaller. */
  boolean isVague(double slopeError) {
    return slopeError > SLOPE_ERROR && latencies.count() < MAX_ANSWERS;
  }

  /** Answers in this round. */
  int answers() {
    return answers;
  }

  /** Whether most of them found the limit used. */
  boolean isUsed() {
    return used * 2 >= answers;
  }

  /** Calls of the usual size a nanosecond. */
  double throughput(long nowNs) {
    return work / (nowNs - beganNs);
  }

  /**
   * Follows a change of the usual size.
   *
   * @return by how much the latency of a batch of the usual size grows with it
   */
  double followSizes() {
    return cost.refresh();
  }
}
