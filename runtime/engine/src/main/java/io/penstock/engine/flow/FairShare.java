package io.penstock.engine.flow;

import java.util.function.DoubleSupplier;

/**
 * The limit of one of several workers on a backend that is full. A full backend hardly ever refuses
 * those who hold its places, only those who want one more: so nobody is told that others have too
 * few. Each worker therefore asks for one more call every few rounds, the oftener the better it is
 * known what is free; gains a part of a call if it gets it, the same for all; and gives back a
 * share of what it has if it doesn't, but only so often. The limit is a real number: what is gained
 * and given back would be rounded away where a share is a few calls.
 *
 * <p>It begins hot, with quick and large steps, and cools down with each cut; a refusal that no
 * trial has caused heats it again. Pure: it reads no clock. Not thread-safe.
 */
final class FairShare {

  /** Signs of others until a backend counts as shared. */
  private static final int SIGNS = 2;

  /** An edge that moves by more than this share has been moved by others. */
  private static final double MOVED = 0.04;

  /** Refusals without growth that are so many rounds apart are two signs and not one. */
  private static final double APART_ROUNDS = 8;

  private static final double FORGOTTEN_ROUNDS = 60;

  private static final double TRIAL_ROUNDS = 2;
  private static final double CUT_ROUNDS = 14;
  private static final double OTHERS_ROUNDS = 0.5;

  /** Calls that a trial gains. */
  private static final double STEP = 0.5;

  private static final double CUT = 0.2;
  private static final double OTHERS_CUT = 0.25;

  /** When hot: larger gains and cuts, and rounds that are so much shorter. */
  private static final double HOT_STEP = 4;

  private static final double HOT_CUT = 0.1;
  private static final double HOT_PACE = 0.6;
  private static final double COOLING = 0.7;

  /** So many trials in a row that gained: from then on each follows at once and gains twice as much. */
  private static final int WINS = 4;

  /** What a trial may gain is this share, or one call; and never more than that. */
  private static final double STEEP = 0.05;

  private static final double STEEPEST = 0.5;

  /** What was lost by a cut comes back by this part of what is missing, if nobody has taken it. */
  private static final double BACK = 1.0 / 6;

  /** So far beyond the last refusal there is more to find than a share. */
  private static final double BEYOND = 1.5;

  /** Refused so often at the same limit: there is nobody else. */
  private static final int ALONE = 9;

  private final DoubleSupplier random;

  private int signs;
  private int lastEdge;
  private boolean met;
  private long metNs;

  private double share;
  private double heat;
  private int edge;
  private int atEdge;
  private int won;
  private boolean trial;
  private long trialNs;
  private long nextNs;
  private long cutNs;

  /**
   * Not begun.
   *
   * @param random from 0 to 1; for the times between trials
   */
  FairShare(DoubleSupplier random) {
    this.random = random;
  }

  // ---- signs of others

  /**
   * A worker's own growth was refused at this limit.
   *
   * @return whether the backend counts as shared
   */
  boolean isSharedByEdge(int limit) {
    if (lastEdge > 0) {
      boolean hasMoved = Math.abs(limit - lastEdge) > Math.max(1, MOVED * limit);
      signs = hasMoved ? signs + 1 : Math.max(0, signs - 1);
    }
    lastEdge = limit;
    return signs >= SIGNS;
  }

  /**
   * There were refusals that the worker's own growth doesn't explain.
   *
   * @return whether the backend counts as shared
   */
  boolean isSharedByRefusal(long nowNs, double roundNs) {
    boolean isApart = met && nowNs - metNs > APART_ROUNDS * roundNs;
    boolean isAgain = isApart && nowNs - metNs < FORGOTTEN_ROUNDS * roundNs;
    if (!met || isApart) {
      met = true;
      metNs = nowNs;
    }
    if (isAgain) {
      signs++;
    }
    return isAgain && signs >= SIGNS;
  }

  // ---- the share

  /** Begins with a cut. */
  void begin(int limit, long nowNs, double roundNs) {
    heat = 1;
    edge = limit;
    atEdge = 0;
    share = limit;
    cut(CUT + HOT_CUT, nowNs, roundNs);
  }

  private void cut(double by, long nowNs, double roundNs) {
    share = Math.max(1, share * (1 - by));
    cutNs = nowNs;
    won = 0;
    rest(nowNs, roundNs);
  }

  private double pace() {
    return 1 - HOT_PACE * heat;
  }

  private void rest(long nowNs, double roundNs) {
    trial = false;
    double rounds = won < WINS ? TRIAL_ROUNDS * pace() * (0.6 + 0.8 * random.getAsDouble()) : 0;
    nextNs = nowNs + (long) (rounds * roundNs);
  }

  /** What a trial gains. */
  private double gain() {
    double faster = Math.pow(2, Math.max(0, won - WINS));
    double even = STEP * (1 + HOT_STEP * heat) * faster;
    double most = Math.min(Math.max(1, share * STEEP) * faster, Math.max(1, share * STEEPEST));
    return Math.min(most, Math.max(even, (edge - share) * BACK));
  }

  /** How many may run now. */
  int limit() {
    int own = (int) Math.round(share);
    return trial ? Math.max(own + 1, (int) Math.round(share + gain())) : own;
  }

  /** Whether more is tried just now. */
  boolean isTrial() {
    return trial;
  }

  /**
   * Time has passed, and nothing was refused.
   *
   * @return whether the limit may have changed
   */
  boolean advance(long nowNs, double roundNs) {
    if (trial && nowNs - trialNs > roundNs) {
      share += gain();
      won++;
      rest(nowNs, roundNs);
      return true;
    }
    if (!trial && nowNs - nextNs >= 0) {
      trial = true;
      trialNs = nowNs;
      return true;
    }
    return false;
  }

  /**
   * A call was refused.
   *
   * @param refused refusals since the trial began
   * @return whether it was one too many; the limit may have changed
   */
  boolean refused(int refused, RefusalWindow refusals, long nowNs, double roundNs) {
    int before = limit();
    if (trial ? !refusals.isUnusual(refused, before) : !refusals.refused(before)) {
      return false;
    }
    atEdge = trial && before == edge ? atEdge + 1 : 0;
    edge = before;
    double passed = (nowNs - cutNs) / roundNs;
    if (!trial && passed >= OTHERS_ROUNDS) {
      heat = 1; // others have grown, or there is less to share
      cut(OTHERS_CUT, nowNs, roundNs);
    } else if (trial && passed >= CUT_ROUNDS * pace()) {
      double by = CUT + HOT_CUT * heat;
      heat *= COOLING;
      cut(by, nowNs, roundNs);
    } else {
      won = 0;
      rest(nowNs, roundNs);
    }
    return true;
  }

  /** Whether the others seem to have gone: the edge doesn't move, or there is none in sight. */
  boolean isOver() {
    return atEdge >= ALONE || (won >= 2 * WINS && share > BEYOND * edge);
  }

  /** Forgets the others. */
  void end() {
    signs = 0;
    lastEdge = 0;
  }
}
