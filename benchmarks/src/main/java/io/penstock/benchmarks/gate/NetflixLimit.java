package io.penstock.benchmarks.gate;

import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Limit;
import io.penstock.testkit.gate.Algorithm;
import io.penstock.testkit.gate.Scenario.Bounds;
import java.util.function.Function;

/** Netflix's concurrency-limits, with its defaults but for the bounds. */
public final class NetflixLimit implements Limit {

  private final com.netflix.concurrency.limits.Limit limit;
  private final Bounds bounds;

  private NetflixLimit(com.netflix.concurrency.limits.Limit limit, Bounds bounds) {
    this.limit = limit;
    this.bounds = bounds;
  }

  /** Gates with it. */
  public static Algorithm aimd() {
    return of(
        bounds ->
            AIMDLimit.newBuilder()
                .initialLimit(bounds.initial())
                .minLimit(bounds.min())
                .maxLimit(bounds.max())
                .build());
  }

  /** Gates with it. */
  public static Algorithm vegas() {
    return of(
        bounds ->
            WindowedLimit.newBuilder()
                .build(
                    VegasLimit.newBuilder()
                        .initialLimit(bounds.initial())
                        .maxConcurrency(bounds.max())
                        .build()));
  }

  /** Gates with it. */
  public static Algorithm gradient2() {
    return of(
        bounds ->
            WindowedLimit.newBuilder()
                .build(
                    Gradient2Limit.newBuilder()
                        .initialLimit(bounds.initial())
                        .minLimit(bounds.min())
                        .maxConcurrency(bounds.max())
                        .build()));
  }

  private static Algorithm of(Function<Bounds, com.netflix.concurrency.limits.Limit> maker) {
    return (bounds, random) ->
        new Gate(
            "backend",
            new NetflixLimit(maker.apply(bounds), bounds),
            Gate.Rates.IGNORED,
            random::nextDouble);
  }

  @Override
  public int current() {
    return Math.max(bounds.min(), Math.min(bounds.max(), limit.getLimit()));
  }

  @Override
  public String onSample(Sample sample) {
    limit.onSample(
        sample.startNs(),
        Math.max(1, sample.endNs() - sample.startNs()),
        sample.inFlight(),
        sample.verdict() != Verdict.SERVED);
    return "netflix";
  }
}
