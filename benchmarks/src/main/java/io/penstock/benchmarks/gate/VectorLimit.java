package io.penstock.benchmarks.gate;

import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Limit;
import io.penstock.testkit.gate.Algorithm;
import io.penstock.testkit.gate.Scenario.Bounds;

/**
 * Vector's adaptive request concurrency, from its published description and with its default
 * settings: one decision a mean round trip, one more if the limit was reached and the mean of the
 * last one is not above the average, a tenth less after back pressure or a mean far above it.
 */
public final class VectorLimit implements Limit {

  private static final double DECREASE_RATIO = 0.9;
  private static final double EWMA_ALPHA = 0.4;
  private static final double DEVIATIONS = 2.5;

  private final Bounds bounds;
  private int limit;
  private boolean hasPast;
  private double pastMeanNs;
  private double pastVariance;
  private boolean hasNext;
  private long nextNs;
  private int count;
  private double sumNs;
  private boolean reached;
  private boolean backPressure;

  private VectorLimit(Bounds bounds) {
    this.bounds = bounds;
    this.limit = bounds.initial();
  }

  /** Gates with it. */
  public static Algorithm algorithm() {
    return (bounds, random) ->
        new Gate("backend", new VectorLimit(bounds), Gate.Rates.IGNORED, random::nextDouble);
  }

  @Override
  public int current() {
    return limit;
  }

  @Override
  public String onSample(Sample sample) {
    long nowNs = sample.endNs();
    reached |= sample.inFlight() >= limit;
    if (sample.verdict() == Verdict.SERVED) {
      count++;
      sumNs += nowNs - sample.startNs();
    } else {
      backPressure = true;
    }
    if (!hasNext) {
      hasNext = true;
      nextNs = nowNs + (nowNs - sample.startNs());
    } else if (nowNs - nextNs >= 0) {
      decide(nowNs);
    }
    return "vector";
  }

  private void decide(long nowNs) {
    double meanNs = count == 0 ? pastMeanNs : sumNs / count;
    if (hasPast) {
      double threshold = DEVIATIONS * Math.sqrt(pastVariance);
      if (reached && !backPressure && limit < bounds.max() && count > 0 && meanNs <= pastMeanNs) {
        limit++;
      } else if (limit > bounds.min()
          && (backPressure || (count > 0 && meanNs >= pastMeanNs + threshold))) {
        limit = Math.max(bounds.min(), (int) (limit * DECREASE_RATIO));
      }
    }
    if (count > 0) {
      double difference = meanNs - pastMeanNs;
      if (hasPast) {
        pastMeanNs += EWMA_ALPHA * difference;
        pastVariance = (1 - EWMA_ALPHA) * (pastVariance + EWMA_ALPHA * difference * difference);
      } else {
        hasPast = true;
        pastMeanNs = meanNs;
      }
    }
    nextNs = nowNs + (long) pastMeanNs;
    count = 0;
    sumNs = 0;
    reached = false;
    backPressure = false;
  }
}
