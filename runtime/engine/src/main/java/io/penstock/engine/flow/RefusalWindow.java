package io.penstock.engine.flow;

/**
 * How many of the latest answers were refusals, and how many are always: some backends refuse one
 * in a hundred for no reason, and to answer each with a cut would starve them.
 */
final class RefusalWindow {

  private static final int MIN_ANSWERS = 30;
  private static final double BEARABLE = 0.02;

  /** Standard errors. */
  private static final double SURE = 3;

  private static final double MEMORY = 1.0 / 1_000;

  private int answers;
  private int refusals;
  private double usual;

  /** Looks back on as many answers as the limit is high, or on thirty. */
  void served(int limit) {
    count(limit);
    usual -= usual * MEMORY;
  }

  /** As {@link #served}; answers whether it was one too many. */
  boolean refused(int limit) {
    count(limit);
    refusals++;
    usual = Math.min(BEARABLE, usual + (1 - usual) * MEMORY);
    return isTooMany(refusals, Math.max(MIN_ANSWERS, Math.max(limit, answers)));
  }

  private void count(int limit) {
    if (++answers > Math.max(MIN_ANSWERS, limit)) {
      answers = 1;
      refusals = 0;
    }
  }

  /** Whether so many of so many are more than can be borne, or than chance makes of the usual. */
  boolean isTooMany(int refusals, int answers) {
    return refusals > BEARABLE * answers + Math.sqrt(usual * answers);
  }

  /**
   * Whether so many in a round of a limit are more than chance makes of what is refused always:
   * answered with yes too often, a backend's whims would look like others that want its places.
   */
  boolean isUnusual(int refusals, int limit) {
    double chance = Math.min(usual, BEARABLE / 2) * limit;
    return refusals > chance + SURE * Math.sqrt(chance);
  }

  void clear() {
    answers = 0;
    refusals = 0;
  }
}
