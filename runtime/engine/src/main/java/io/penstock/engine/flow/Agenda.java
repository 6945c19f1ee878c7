package io.penstock.engine.flow;

import java.util.function.DoubleSupplier;

/**
 * When a limit that is held is to be tried again: with one more, or with fewer to see whether that
 * is quicker. Counted in rounds, as both cost something.
 */
final class Agenda {

  /** Rounds between growth and growth, give or take two fifths; for tiny limits more. */
  private static final double HOLD_ROUNDS = 10;

  private static final double HOLD_ANSWERS = 30;
  private static final double SHORT_HOLD_ROUNDS = 2;

  private static final double FIRST_CHECK_ROUNDS = 30;
  private static final double MAX_CHECK_ROUNDS = 960;

  /** Checks are so many times rarer if there is little to find. */
  private static final double SELDOM = 10;

  /** A probe that shuts the gate for a while should do so for a small share of the time. */
  private static final double HOLD_WAITS = 15;

  private final DoubleSupplier random;
  private int failures;
  private long waitNs;
  private long probeNs;
  private long checkedNs;
  private double checkRounds = FIRST_CHECK_ROUNDS;

  Agenda(DoubleSupplier random) {
    this.random = random;
  }

  void begin(long nowNs) {
    checkedNs = nowNs;
  }

  /** Growth has failed: the next one can wait. */
  void failed() {
    failures++;
  }

  /** As if growth had failed so often: the fewer, the sooner it is tried again. */
  void failures(int count) {
    failures = count;
  }

  int failures() {
    return failures;
  }

  /** A refusal costs so long a wait. */
  void cost(long lastWaitNs) {
    waitNs = lastWaitNs;
  }

  /** Whether it costs a wait to be refused: then little should be tried. */
  boolean isCostly() {
    return waitNs > 0;
  }

  /** A limit is held from now on. */
  void hold(int limit, long nowNs, double roundNs) {
    double longest = Math.max(HOLD_ROUNDS, HOLD_ANSWERS / limit);
    double rounds = Math.min(longest, SHORT_HOLD_ROUNDS * (1 << Math.min(failures, 8)));
    double lengthNs = Math.max(rounds * roundNs, HOLD_WAITS * waitNs);
    probeNs = nowNs + (long) ((0.6 + 0.8 * random.getAsDouble()) * lengthNs);
  }

  /** More is to be tried at once. */
  void probeAt(long nowNs) {
    probeNs = nowNs;
  }

  boolean isProbeDue(long nowNs) {
    return nowNs - probeNs >= 0;
  }

  boolean isCheckDue(boolean isSeldom, long nowNs, double roundNs) {
    double rounds = isSeldom ? checkRounds * SELDOM : checkRounds;
    return nowNs - checkedNs > rounds * roundNs;
  }

  /** The next check is twice as far away. */
  void checked(long nowNs) {
    checkedNs = nowNs;
    checkRounds = Math.min(MAX_CHECK_ROUNDS, checkRounds * 2);
  }

  /** The backend is another: checks are worth it again. */
  void checkSoon() {
    checkRounds = FIRST_CHECK_ROUNDS;
  }
}
