package io.penstock.engine.flow;

import java.util.function.DoubleSupplier;

/**
 * How many calls a second a backend takes that refuses by rate and says when to come back: what is
 * in flight is not its bound. Until the first such refusal nothing is limited. Then a refusal cuts
 * the rate below what was accepted before; it comes back to it, stays there for a while, give or
 * take a share at random, and grows with time: by half a call a second, by one, by two, and so on
 * until the next refusal. A backend that accepts nothing between two refusals isn't back yet, which
 * tells nothing of its rate. Pure: it reads no clock. Not thread-safe.
 */
final class TokenRate {

  private static final double CUT = 0.9;
  private static final double BACK = 0.98;
  private static final long BACK_NS = 2_000_000_000L;
  private static final double MIN_HOLD_NS = 10e9;

  /** A probe costs a wait: that should be a small share of the time. */
  private static final double HOLD_WAITS = 15;

  private static final double FIRST_STEP = 0.5;
  private static final double STEEPEST = 0.25;
  private static final long STEP_NS = 1_000_000_000L;

  /** What may be sent at once: what comes in so many seconds. */
  private static final double BURST_SECONDS = 0.05;

  /** What was accepted is counted for so long, or for so many calls if they take longer. */
  private static final double COUNT_NS = 2e9;

  private static final int COUNT_CALLS = 10;

  /** A rate that nobody needs for so long is forgotten. */
  private static final double UNUSED_NS = 600e9;

  private static final double MIN_RATE = 0.01;

  private final DoubleSupplier random;
  private boolean active;
  private double rate;
  private double tokens;
  private long filledNs;
  private boolean wasEmpty;
  private long emptyNs;

  private double top;
  private long cutNs;
  private boolean servedSinceCut;
  private long backNs;
  private long holdUntilNs;
  private long stepNs;
  private double step;

  private boolean counting;
  private long countNs;
  private int counted;
  private double accepted;

  /**
   * No limit yet.
   *
   * @param random from 0 to 1; for the times between growth and growth
   */
  TokenRate(DoubleSupplier random) {
    this.random = random;
  }

  /** Whether a backend has ever asked for one. */
  boolean isActive() {
    return active;
  }

  /** Calls a second; only if it is active. */
  double perSecond() {
    return rate;
  }

  /** It isn't the rate that is limited. */
  void giveUp() {
    active = false;
  }

  /** Whether a call may start now. */
  boolean has(long nowNs) {
    if (!active) {
      return true;
    }
    fill(nowNs);
    if (tokens >= 1) {
      return true;
    }
    wasEmpty = true;
    emptyNs = nowNs;
    return false;
  }

  /** A call starts. */
  void take() {
    if (active) {
      tokens--;
    }
  }

  /** When {@link #has} will say yes, if it has just said no. */
  long readyNs(long nowNs) {
    return nowNs + (long) Math.ceil((1 - tokens) / rate * 1e9) + 1;
  }

  private void fill(long nowNs) {
    double burst = Math.max(1, rate * BURST_SECONDS);
    tokens = Math.min(burst, tokens + (nowNs - filledNs) / 1e9 * rate);
    filledNs = nowNs;
  }

  /**
   * A call was accepted.
   *
   * @return why the rate changed, in a word, or {@link Limit#UNCHANGED}
   */
  String served(long nowNs) {
    count(nowNs);
    if (!active || nowNs - cutNs < 0) {
      return Limit.UNCHANGED;
    }
    servedSinceCut = true;
    if (rate < top * BACK && nowNs - backNs >= 0) {
      rate = top * BACK;
      return "recovery";
    }
    if (nowNs - holdUntilNs < 0 || nowNs - stepNs < STEP_NS) {
      return Limit.UNCHANGED;
    }
    stepNs = nowNs;
    double idleNs = nowNs - (wasEmpty ? emptyNs : holdUntilNs);
    if (idleNs > UNUSED_NS) {
      active = false;
      return "unused";
    }
    if (idleNs > 2.0 * STEP_NS + 2e9 / rate) {
      step = FIRST_STEP;
      return Limit.UNCHANGED;
    }
    rate += Math.min(step, rate * STEEPEST);
    step *= 2;
    return "growth";
  }

  private void count(long nowNs) {
    if (!counting) {
      counting = true;
      countNs = nowNs;
      return;
    }
    counted++;
    double passedNs = nowNs - countNs;
    if (passedNs >= COUNT_NS && (counted >= COUNT_CALLS || passedNs > 10 * COUNT_NS)) {
      accepted = counted * 1e9 / passedNs;
      countNs = nowNs;
      counted = 0;
    }
  }

  /**
   * A call was refused.
   *
   * @param waitNs how long to wait, as asked, more than 0
   * @return why the rate changed, in a word, or {@link Limit#UNCHANGED}
   */
  String refused(long startNs, long nowNs, long waitNs) {
    if (active && startNs - cutNs < 0) {
      return Limit.UNCHANGED;
    }
    if (active && !servedSinceCut) {
      waitUntil(nowNs + waitNs, holdUntilNs - cutNs);
      return Limit.UNCHANGED;
    }
    double seen = seen(nowNs);
    boolean isKnown = active || seen > 0;
    double was = !active ? seen : seen > 0 ? Math.min(rate, seen) : rate;
    boolean isAgain = active && nowNs - holdUntilNs < 0;
    top = isKnown ? (isAgain ? was * CUT : was) : 1e9 / waitNs;
    rate = Math.max(MIN_RATE, isKnown ? top * CUT : top);
    active = true;
    double longNs = Math.max(MIN_HOLD_NS, HOLD_WAITS * waitNs);
    double holdNs = isKnown ? longNs : 0;
    waitUntil(nowNs + waitNs, (long) (holdNs * (0.6 + 0.8 * random.getAsDouble())));
    counting = false;
    counted = 0;
    return "refused";
  }

  /** Begins with one call then, and holds the rate for so long from then on. */
  private void waitUntil(long timeNs, long holdNs) {
    cutNs = timeNs;
    servedSinceCut = false;
    backNs = cutNs + BACK_NS;
    holdUntilNs = cutNs + holdNs;
    stepNs = holdUntilNs;
    step = FIRST_STEP;
    tokens = 1;
    filledNs = cutNs;
  }

  /** Calls a second that were accepted lately. */
  private double seen(long nowNs) {
    double passedNs = Math.max(COUNT_NS / 4, nowNs - countNs);
    return counted > 0 && (accepted == 0 || nowNs - countNs >= COUNT_NS / 4)
        ? counted * 1e9 / passedNs
        : accepted;
  }
}
