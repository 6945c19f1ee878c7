package io.penstock.engine.flow;

import io.penstock.engine.ConcurrencyPolicy;
import java.util.function.DoubleSupplier;

/**
 * Finds the concurrency that a backend can take, and follows it: by what the backend refuses, and
 * by how its latency answers to the limit. docs/decisions/adaptive-limit.md has the reasons and
 * sources.
 *
 * <pre>
 *                refused, or latency grows with the limit
 *   DOUBLING ─────────────────────────────────────────────┐
 *                                                         v
 *        ┌────────────── refused: cut ──────────────── HOLDING &lt;─────────────┐
 *        v        after a while (at random): one more     │ │               │
 *     GROWING &lt;───────────────────────────────────────────┘ │ now and then  │
 *        │  1, 2, 4, ... a round trip while nothing says no │               │
 *        │                                                  v               │
 *        │ latency above the tolerance                   CHECKING: fewer, is it quicker then?
 *        v                                                                  │
 *     LOWERING: fewer and fewer until it is quicker, or clearly none the quicker
 * </pre>
 *
 * <p>Time is counted in rounds: a mean latency, 10 ms at least, and ten answers at least. Growth
 * depends on time and not on the limit, cuts are shares of the limit; so workers that share a
 * backend come to fair shares.
 */
public final class AdaptiveLimit implements Limit {

  /** By refusals that the limit's own growth does not explain; deeper if the last cut is recent. */
  private static final double[] CUTS = {0.85, 0.8, 0.65, 0.5};

  /** What is left after growth was refused, for others to take, and to be taken back soon. */
  private static final double DIP = 0.9;

  /** The same if the slow start went so far that even what was good before it is refused. */
  private static final double DEEP_DIP = 0.6;

  /** Growth is at most this share of the limit a round. */
  private static final double STEEPEST = 0.5;

  /** Rounds between growth and growth, give or take two fifths; for tiny limits more. */
  private static final double HOLD_ROUNDS = 10;

  private static final double HOLD_ANSWERS = 30;
  private static final double SHORT_HOLD_ROUNDS = 2;

  /** For so many rounds after a cut by others' growth, the backend counts as shared. */
  private static final double SHARED_ROUNDS = 40;

  private static final double FIRST_CHECK_ROUNDS = 30;
  private static final double MAX_CHECK_ROUNDS = 960;
  private static final double CHECK_SHARE = 0.7;

  /**
   * Checks are so many times rarer while refusals show the edge, and latency is near its lowest.
   */
  private static final double SELDOM = 10;

  private static final double NEAR = 1.15;

  /** An error of the slope that is small enough to decide, and the answers that have to do. */
  private static final double SLOPE_ERROR = 0.25;

  private static final int MAX_ANSWERS = 100;

  /** Throughput that falls by more than this power of the limit was worth a longer latency. */
  private static final double WORTH = 0.4;

  /** A limit at the knee keeps so much of a queue that no capacity is lost to chance. */
  private static final double AT_KNEE = 1.05;

  private enum Mode {
    DOUBLING,
    HOLDING,
    GROWING,
    LOWERING,
    CHECKING
  }

  private final int min;
  private final int max;
  private final double tolerance;
  private final DoubleSupplier random;

  private Mode mode = Mode.DOUBLING;
  private int limit;
  private String cause = UNCHANGED;

  private boolean begun;
  private long lastNs;

  private final Rounds round = new Rounds();
  private final RefusalWindow refusals = new RefusalWindow();
  private boolean wasCut;
  private long cutNs;
  private int severity;
  private boolean wasCutByOthers;
  private long othersNs;

  /** The highest limit that a whole round has found good, and the refusals since it was left. */
  private int good;

  private int refused;
  private int grownBy;
  private long grownNs;

  /** While holding: where the limit was before a dip, and the latency so far. */
  private int target;

  private final LatencyWindow held = new LatencyWindow();
  private long holdUntilNs;
  private int failedProbes;

  /** The point from which growth, a check or the lowering began; for doubling the last one. */
  private Point start = new Point(0, 0, 0);

  private boolean startIsSettled;
  private int loweredFrom;
  private double throughputBefore;
  private int step;
  private int previous;

  private final Baseline base = new Baseline();

  /** Whether growth or a check has shown that it met no queue. */
  private boolean baseIsSure;

  /** Whether growth has ended with refusals and not with a queue, the last time. */
  private boolean endedByRefusals;

  private long checkedNs;
  private double checkRounds = FIRST_CHECK_ROUNDS;

  /**
   * A limit at its initial value.
   *
   * @param tolerance counts if the policy has none
   * @param random from 0 to 1; for the times between growth and growth
   */
  public AdaptiveLimit(ConcurrencyPolicy policy, double tolerance, DoubleSupplier random) {
    this.min = policy.min();
    this.max = policy.max();
    this.tolerance = policy.tolerance().orElse(tolerance);
    this.random = random;
    this.limit = policy.initial();
    this.good = limit;
    this.target = limit;
  }

  @Override
  public int current() {
    return limit;
  }

  @Override
  public String onSample(Sample sample) {
    int before = limit;
    cause = UNCHANGED;
    long nowNs = sample.endNs();
    if (!begun) {
      begun = true;
      lastNs = nowNs;
      round.begin(nowNs);
      checkedNs = nowNs;
      grownNs = sample.startNs();
    }
    if (nowNs - lastNs > 4 * roundLengthNs()) {
      round.restart(nowNs); // nothing was to be done for a while
    }
    lastNs = nowNs;
    switch (sample.verdict()) {
      case SERVED -> served(sample, nowNs);
      case THROTTLED -> refused(sample, "refused", nowNs);
      case TIMED_OUT -> refused(sample, "timed out", nowNs);
      case INCONCLUSIVE -> {}
    }
    return limit == before ? UNCHANGED : cause;
  }

  private void set(int to, String why) {
    limit = Math.max(min, Math.min(max, to));
    cause = why;
  }

  private void set(double to, String why) {
    set((int) Math.round(to), why);
  }

  // ---- refusals

  private void refused(Sample sample, String why, long nowNs) {
    if (wasCut && sample.startNs() - cutNs < 0) {
      return; // of the episode that the last cut has answered
    }
    refused++;
    if (limit > good && sample.verdict() == Verdict.THROTTLED) {
      if (sample.startNs() - grownNs >= 0) {
        set(limit - 1, why); // growth that was too much is answered one by one: that finds the edge
      }
    } else if (refusals.refused(limit)) {
      boolean isRecent = wasCut && nowNs - cutNs < 2 * round.meanNs();
      severity = isRecent ? Math.min(severity + 1, CUTS.length - 1) : 0;
      failedProbes = 0;
      wasCutByOthers = true;
      othersNs = nowNs;
      cut(Math.min(limit - 1, limit * CUTS[severity]), why, nowNs);
    }
  }

  private void cut(double to, String why, long nowNs) {
    set(to, why);
    wasCut = true;
    cutNs = nowNs;
    hold(limit, nowNs);
    round.restart(nowNs);
    round.settle(limit, nowNs);
  }

  /** Growth went too far: makes room for others who want to grow, and is back soon. */
  private void growthFailed(long nowNs) {
    boolean isDeep = mode == Mode.DOUBLING && refused >= grownBy && grownBy > 1;
    boolean isShared =
        isDeep || (wasCutByOthers && nowNs - othersNs < SHARED_ROUNDS * round.meanNs());
    int before = limit;
    failedProbes++;
    endedByRefusals = true;
    cut(before * (isDeep ? DEEP_DIP : DIP), "refused", nowNs);
    target = isShared ? (int) Math.round((limit + before) / 2.0) : before;
  }

  // ---- rounds

  private double roundLengthNs() {
    double longest = 2.5 * round.meanNs();
    return mode == Mode.GROWING
        ? Math.max(round.lengthNs(), Math.min(longest, round.turnoverNs()))
        : round.lengthNs();
  }

  private void served(Sample sample, long nowNs) {
    round.served(sample, limit);
    refusals.served(limit);
    if (!round.isOver(roundLengthNs(), nowNs)) {
      return;
    }
    LatencyWindow latencies = round.latencies();
    Point now = new Point(limit, latencies.level(), latencies.error());
    base.fallTo(latencies, limit);
    boolean isOver = roundEnded(now, round.isUsed(), nowNs);
    previous = limit;
    if (isOver) {
      round.restart(nowNs);
    }
  }

  /**
   * Decides.
   *
   * @return false if the round must go on, as too little is known yet
   */
  private boolean roundEnded(Point now, boolean isUsed, long nowNs) {
    switch (mode) {
      case DOUBLING -> doubled(now, isUsed, nowNs);
      case HOLDING -> held(now, isUsed, nowNs);
      case GROWING -> grew(now, isUsed, nowNs);
      case LOWERING -> {
        return lowered(now, nowNs);
      }
      case CHECKING -> {
        return checked(now, nowNs);
      }
    }
    return true;
  }

  private void doubled(Point now, boolean isUsed, long nowNs) {
    boolean isFirst = start.limit() == 0;
    if (refusals.isTooMany(refused, round.answers() + refused)) {
      growthFailed(nowNs);
    } else if (limit <= start.limit()) {
      hold(limit, nowNs); // refused, though hardly ever
    } else if (!isFirst && now.isQueueAbove(start)) {
      if (baseIsSure) {
        round.settle(limit, nowNs);
        set(Math.max(start.limit() * 0.5, AT_KNEE * knee(nowNs)), "queueing");
        hold(limit, nowNs);
      } else {
        base.set(start.level(), start.limit());
        round.settle(limit, nowNs);
        set(start.limit(), "queueing");
        check(start, nowNs);
      }
    } else if (isUsed) {
      if (isFirst || now.slopeFrom(start) < 0.2) {
        base.learnFirst(round.latencies(), limit);
      }
      baseIsSure = !isFirst;
      start = now;
      if (limit < max) {
        round.settle(limit, nowNs);
        grow(limit, "slow start", nowNs);
      } else {
        hold(limit, nowNs);
      }
    } else {
      base.learnFirst(round.latencies(), limit);
    }
  }

  private void grow(int by, String why, long nowNs) {
    good = limit;
    refused = 0;
    set(limit + by, why);
    grownBy = limit - good;
    grownNs = nowNs;
  }

  private void hold(int backTo, long nowNs) {
    mode = Mode.HOLDING;
    target = backTo;
    good = limit;
    refused = 0;
    refusals.clear();
    held.clear();
    base.forget();
    grownNs = nowNs;
    double longest = Math.max(HOLD_ROUNDS, HOLD_ANSWERS / limit);
    double rounds = Math.min(longest, SHORT_HOLD_ROUNDS * (1 << Math.min(failedProbes, 8)));
    holdUntilNs = nowNs + (long) (rounds * (0.6 + 0.8 * random.getAsDouble()) * round.lengthNs());
  }

  private void held(Point now, boolean isUsed, long nowNs) {
    if (isUsed && isCongested(now)) {
      startIsSettled = nowNs - grownNs > 2 * round.turnoverNs();
      lowerFrom(now, nowNs);
      return;
    }
    held.add(round.latencies());
    double growth = base.learn(round.latencies(), limit) ? round.followSizes() : 1;
    if (growth != 1) {
      base.scale(growth);
      held.clear();
      return;
    }
    if (!isUsed) {
      return;
    }
    if (limit < target) {
      set(limit + (target - limit + 1) / 2, "recovery");
      good = limit;
      grownNs = nowNs;
      held.clear();
      return;
    }
    Point seen = new Point(limit, held.level(), held.error());
    boolean isSeldom = endedByRefusals && baseIsSure && base.isNear(seen, NEAR);
    double rounds = isSeldom ? checkRounds * SELDOM : checkRounds;
    if (limit > min && nowNs - checkedNs > rounds * roundLengthNs()) {
      check(seen, nowNs);
    } else if (limit < max && nowNs - holdUntilNs >= 0) {
      mode = Mode.GROWING;
      start = seen;
      step = 1;
      grow(step, "probe", nowNs);
    }
  }

  private void grew(Point now, boolean isUsed, long nowNs) {
    // Calls that ended in this round met the queue of the round before.
    Point before = new Point(previous, now.level(), now.error());
    if (refusals.isTooMany(refused, round.answers() + refused)) {
      failedProbes = limit <= start.limit() + 1 ? failedProbes : 2;
      growthFailed(nowNs);
    } else if (previous > start.limit() * 1.1 && before.isQueueAbove(start)) {
      boolean beganClear =
          Math.log(base.excess(start)) < Math.max(Math.log(1.1), 2 * start.error());
      round.settle(limit, nowNs);
      set(Math.max(beganClear ? start.limit() : 0, AT_KNEE * knee(nowNs)), "queueing");
      failedProbes = 2;
      hold(limit, nowNs);
    } else if (isCongested(now)) {
      startIsSettled = false;
      lowerFrom(now, nowNs);
    } else if (limit >= max || !isUsed) {
      hold(limit, nowNs);
    } else {
      step = (int) Math.max(1, Math.min(step * 2, limit * STEEPEST));
      grow(step, "growth", nowNs);
    }
  }

  // ---- latency

  private boolean isCongested(Point now) {
    return Math.log(base.excess(now)) > Math.log(tolerance) + 2 * now.error()
        && base.wait(now) > Point.SHORT_WAIT_NS;
  }

  /** What would be in flight at this round's throughput if hardly anything waited. */
  private double knee(long nowNs) {
    return base.inFlight(round.throughput(nowNs), Point.SHORT_WAIT_NS);
  }

  private void lower(long nowNs) {
    endedByRefusals = false;
    double to = Math.max(0.5 * limit, Math.min(0.9 * limit, AT_KNEE * knee(nowNs)));
    round.settle(limit, nowNs);
    set(Math.min(limit - 1, Math.round(to)), "queueing");
    wasCut = true;
    cutNs = nowNs;
  }

  private void lowerFrom(Point now, long nowNs) {
    mode = Mode.LOWERING;
    loweredFrom = limit;
    throughputBefore = round.throughput(nowNs);
    start = now;
    lower(nowNs);
  }

  /** How throughput has answered to the lower limit, at least: 1 for in proportion. */
  private double gain(Point now, long nowNs) {
    double width = Math.log((double) loweredFrom / limit);
    return (Math.log(throughputBefore / round.throughput(nowNs)) - now.error()) / width;
  }

  private boolean lowered(Point now, long nowNs) {
    if (!isCongested(now)) {
      failedProbes = 1;
      if (base.isNear(now, tolerance) && gain(now, nowNs) > WORTH) {
        base.set(now.level(), limit);
        set(limit + 0.8 * (loweredFrom - limit), "worth the wait");
        round.settle(limit, nowNs);
      }
      hold(limit, nowNs);
    } else if (limit <= min) {
      base.set(now.level(), limit);
      hold(limit, nowNs);
    } else if (limit > start.limit() * 0.55) {
      lower(nowNs);
    } else if (!startIsSettled || start.slopeFrom(now) - start.slopeErrorFrom(now) > Point.OWN) {
      startIsSettled = true;
      start = now;
      lower(nowNs);
    } else if (start.slopeErrorFrom(now) > SLOPE_ERROR && round.latencies().count() < MAX_ANSWERS) {
      return false;
    } else if (start.slopeFrom(now) > Point.OWN) {
      start = now;
      lower(nowNs);
    } else {
      base.set(now.level(), limit);
      checkRounds = FIRST_CHECK_ROUNDS;
      failedProbes = 0;
      set(Math.max(limit, loweredFrom * 0.7), "slower by itself");
      round.settle(limit, nowNs);
      hold(limit, nowNs);
    }
    return true;
  }

  private void check(Point from, long nowNs) {
    mode = Mode.CHECKING;
    start = from;
    round.settle(limit, nowNs);
    double share = from.limit() < 16 ? 0.5 : CHECK_SHARE; // few answers need a wide difference
    set(Math.min(from.limit() - 1, Math.floor(from.limit() * share)), "check");
    if (limit >= from.limit()) {
      hold(limit, nowNs);
    }
  }

  private boolean checked(Point now, long nowNs) {
    double error = start.slopeErrorFrom(now);
    if (error > SLOPE_ERROR && round.latencies().count() < MAX_ANSWERS) {
      return false;
    }
    checkedNs = nowNs;
    checkRounds = Math.min(MAX_CHECK_ROUNDS, checkRounds * 2);
    if (start.isQueueAbove(now)) {
      base.set(now.level(), limit);
      if (limit > min) {
        check(now, nowNs);
      } else {
        hold(limit, nowNs);
      }
    } else {
      baseIsSure = true;
      base.checked(round.latencies(), limit);
      set(start.limit(), "checked");
      hold(limit, nowNs);
    }
    return true;
  }
}
