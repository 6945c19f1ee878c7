package io.penstock.engine.flow;

import io.penstock.engine.ConcurrencyPolicy;
import java.util.function.DoubleSupplier;

/**
 * Finds the concurrency that a backend can take, and follows it: by what the backend refuses, and
 * by how its latency answers to the limit. docs/decisions/adaptive-limit.md has the reasons.
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
 *
 *   HOLDING, GROWING ── refused where it was good before ──&gt; SHARING ── edge stands ──&gt; HOLDING
 * </pre>
 *
 * <p>Time is counted in rounds: a mean latency, 10 ms at least, and ten answers at least. Growth
 * depends on time and not on the limit, cuts are shares of the limit.
 */
public final class AdaptiveLimit implements Limit {

  /** What is left after growth was refused, for others to take, and to be taken back soon. */
  private static final double DIP = 0.9;

  /** Growth is at most this share of the limit a round. */
  private static final double STEEPEST = 0.5;

  private static final double CHECK_SHARE = 0.7;

  /** Latency so near its lowest makes checks rare while refusals show the edge. */
  private static final double NEAR = 1.15;

  /** So far down whether it is quicker there: less would hide one's part in a queue of several. */
  private static final double WIDE = 0.15;

  private static final double SETTLING = 0.55;

  /** A limit at the knee keeps so much of a queue that no capacity is lost to chance. */
  private static final double AT_KNEE = 1.05;

  private enum Mode {
    DOUBLING,
    HOLDING,
    GROWING,
    LOWERING,
    CHECKING,
    SHARING
  }

  private final int min;
  private final int max;
  private final double tolerance;

  private Mode mode = Mode.DOUBLING;
  private int limit;
  private String cause = UNCHANGED;

  private boolean begun;
  private long lastNs;

  private final Rounds round = new Rounds();
  private final RefusalWindow refusals = new RefusalWindow();
  private final Episode episode = new Episode();
  private final FairShare share;
  private final Agenda agenda;

  /** The highest limit that a whole round has found good, and the refusals since it was left. */
  private int good;

  private int refused;
  private int grownBy;
  private long grownNs;

  /** While holding: where the limit was before a dip, and the latency so far. */
  private int target;

  private final LatencyWindow held = new LatencyWindow();

  /** The point from which growth, a check or the lowering began; for doubling the last one. */
  private Point start = new Point(0, 0, 0);

  private boolean startIsSettled;
  private int loweredFrom;
  private int step;
  private int previous;

  private final Baseline base = new Baseline();

  /** Whether growth or a check has shown that it met no queue. */
  private boolean baseIsSure;

  /** Whether growth has ended with refusals and not with a queue, the last time. */
  private boolean endedByRefusals;

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
    this.share = new FairShare(random);
    this.agenda = new Agenda(random);
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
      agenda.begin(nowNs);
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
    if (episode.isOld(sample)) {
      return;
    }
    refused++;
    agenda.cost(sample.waitNs());
    if (mode == Mode.SHARING) {
      refusedSharing(why, nowNs);
    } else if (limit > good && sample.verdict() == Verdict.THROTTLED) {
      if (sample.startNs() - grownNs >= 0) {
        set(limit - 1, why); // growth that was too much is answered one by one: that finds the edge
      }
    } else if (refusals.refused(limit)) {
      double left = episode.next(nowNs, round.meanNs());
      agenda.failures(0);
      if (share.isSharedByRefusal(nowNs, round.meanNs())
          && sample.verdict() == Verdict.THROTTLED
          && !agenda.isCostly()) {
        share(limit, why, nowNs);
      } else {
        cut(Math.min(limit - 1, limit * left), why, nowNs);
      }
    }
  }

  private void cut(double to, String why, long nowNs) {
    set(to, why);
    episode.cut(nowNs);
    hold(limit, nowNs);
    round.restart(nowNs);
    round.settle(limit, nowNs);
  }

  /** Growth went too far: makes room for others who want to grow, and is back soon. */
  private void growthFailed(long nowNs) {
    boolean isDeep = mode == Mode.DOUBLING && limit <= good && grownBy > 1;
    int before = limit;
    agenda.failed();
    endedByRefusals = true;
    boolean isShared = share.isSharedByEdge(limit) && mode == Mode.GROWING;
    if ((isDeep || isShared) && !agenda.isCostly()) {
      share(before, "refused", nowNs);
    } else {
      cut(before * DIP, "refused", nowNs);
      target = before;
    }
  }

  // ---- a backend that others use too

  private void share(int from, String why, long nowNs) {
    share.begin(from, nowNs, round.meanNs());
    cut(share.limit(), why, nowNs);
    mode = Mode.SHARING;
  }

  private void refusedSharing(String why, long nowNs) {
    if (share.refused(refused, refusals, nowNs, round.meanNs())) {
      endedByRefusals = true;
      cut(share.limit(), why, nowNs);
      mode = Mode.SHARING;
      endSharing(nowNs);
    }
  }

  private void endSharing(long nowNs) {
    if (share.isOver()) {
      share.end();
      hold(limit, nowNs);
      agenda.probeAt(nowNs);
    }
  }

  private void servedSharing(long nowNs) {
    if (share.advance(nowNs, round.meanNs())) {
      set(share.limit(), share.isTrial() ? "probe" : "growth");
      refused = 0;
      good = share.isTrial() ? good : limit;
      grownNs = nowNs;
      endSharing(nowNs);
    }
  }

  private double roundLengthNs() {
    double longest = 2.5 * round.meanNs();
    return mode == Mode.GROWING
        ? Math.max(round.lengthNs(), Math.min(longest, round.turnoverNs()))
        : round.lengthNs();
  }

  private void served(Sample sample, long nowNs) {
    round.served(sample, limit);
    refusals.served(limit);
    if (mode == Mode.SHARING) {
      servedSharing(nowNs);
    }
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
      case HOLDING, SHARING -> held(now, isUsed, nowNs);
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
    agenda.hold(limit, nowNs, round.lengthNs());
  }

  private void held(Point now, boolean isUsed, long nowNs) {
    if (isUsed && isCongested(now)) {
      startIsSettled = nowNs - grownNs > 2 * round.turnoverNs();
      lowerFrom(now, nowNs);
      return;
    }
    if (mode == Mode.SHARING) {
      if (!isUsed) {
        hold(limit, nowNs);
      }
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
    if (limit > min && agenda.isCheckDue(isSeldom, nowNs, roundLengthNs())) {
      check(seen, nowNs);
    } else if (limit < max && agenda.isProbeDue(nowNs)) {
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
      agenda.failures(limit <= start.limit() + 1 ? agenda.failures() : 2);
      growthFailed(nowNs);
    } else if (previous > start.limit() * 1.1 && before.isQueueAbove(start)) {
      boolean beganClear =
          Math.log(base.excess(start)) < Math.max(Math.log(1.1), 2 * start.error());
      round.settle(limit, nowNs);
      set(Math.max(beganClear ? start.limit() : 0, AT_KNEE * knee(nowNs)), "queueing");
      agenda.failures(2);
      hold(limit, nowNs);
    } else if (isCongested(now)) {
      startIsSettled = false;
      lowerFrom(now, nowNs);
    } else if (limit >= max || !isUsed) {
      agenda.failures(0); // it lacked work, or seemed to: nothing has refused more
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
    set(Math.min(limit - 1, (int) Math.round(to)), "queueing");
    episode.cut(nowNs);
  }

  private void lowerFrom(Point now, long nowNs) {
    mode = Mode.LOWERING;
    loweredFrom = limit;
    start = now;
    lower(nowNs);
  }

  private boolean lowered(Point now, long nowNs) {
    if (!isCongested(now)) {
      agenda.failures(1);
      hold(limit, nowNs);
    } else if (limit <= min) {
      base.set(now.level(), limit);
      hold(limit, nowNs);
    } else if (limit > start.limit() * (startIsSettled ? WIDE : SETTLING)) {
      lower(nowNs);
    } else if (!startIsSettled || start.slopeFrom(now) - start.slopeErrorFrom(now) > Point.OWN) {
      startIsSettled = true;
      start = now;
      lower(nowNs);
    } else if (round.isVague(start.slopeErrorFrom(now))) {
      return false;
    } else if (start.slopeFrom(now) > Point.OWN) {
      start = now;
      lower(nowNs);
    } else {
      base.set(now.level(), limit);
      agenda.checkSoon();
      agenda.failures(0);
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
    double part = from.limit() < 16 ? 0.5 : CHECK_SHARE; // few answers need a wide difference
    set(Math.min(from.limit() - 1, Math.floor(from.limit() * part)), "check");
    if (limit >= from.limit()) {
      hold(limit, nowNs);
    }
  }

  private boolean checked(Point now, long nowNs) {
    if (round.isVague(start.slopeErrorFrom(now))) {
      return false;
    }
    agenda.checked(nowNs);
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
