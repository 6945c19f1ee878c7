package io.penstock.engine.flow;

import io.penstock.engine.ConcurrencyPolicy;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, 1989).
 *
 * <p>The limit grows by one after as many good samples as the limit is high, and only while it is
 * used: at least four fifths of it were running. A throttle or timeout cuts it to seven tenths,
 * once an episode: samples of invocations that started before the last cut neither cut nor grow.
 */
public final class AimdLimit implements Limit {

  private static final double CUT = 0.7;
  private static final double USED = 0.8;

  private final ConcurrencyPolicy policy;
  private int limit;
  private int goodSamples;
  private boolean wasCut;
  private long lastCutNs;

  /** A limit at its initial value. */
  public AimdLimit(ConcurrencyPolicy policy) {
    this.policy = policy;
    this.limit = policy.initial();
  }

  @Override
  public int current() {
    return limit;
  }

  @Override
  public String onSample(Sample sample) {
    boolean isOld = wasCut && sample.startNs() - lastCutNs < 0;
    if (isOld || sample.verdict() == Verdict.INCONCLUSIVE) {
      return UNCHANGED;
    }
    if (sample.verdict() != Verdict.SERVED) {
      wasCut = true;
      lastCutNs = sample.endNs();
      goodSamples = 0;
      int before = limit;
      limit = Math.max(policy.min(), (int) (limit * CUT));
      return limit == before
          ? UNCHANGED
          : sample.verdict() == Verdict.THROTTLED ? "refused" : "timed out";
    }
    if (limit >= policy.max() || sample.inFlight() < limit * USED) {
      return UNCHANGED;
    }
    if (++goodSamples < limit) {
      return UNCHANGED;
    }
    goodSamples = 0;
    limit++;
    return "growth";
  }
}
