package io.penstock.engine.flow;

import io.penstock.engine.flow.Limit.Sample;

/** Refusals come in swarms: the first one is answered by a cut, the others say the same again. */
final class Episode {

  /** What is left after each of several cuts in a row. */
  private static final double[] CUTS = {0.85, 0.8, 0.65, 0.5};

  /** Cuts that are so few rounds apart are in a row. */
  private static final double IN_A_ROW = 2;

  private boolean wasCut;
  private long cutNs;
  private int severity;

  /** Whether a call was under way when the limit was cut: it tells nothing new. */
  boolean isOld(Sample sample) {
    return wasCut && sample.startNs() - cutNs < 0;
  }

  /** The share of the limit that the next cut leaves: the less, the sooner it follows the last. */
  double next(long nowNs, double roundNs) {
    boolean isInARow = wasCut && nowNs - cutNs < IN_A_ROW * roundNs;
    severity = isInARow ? Math.min(severity + 1, CUTS.length - 1) : 0;
    return CUTS[severity];
  }

  /** The limit was cut. */
  void cut(long nowNs) {
    wasCut = true;
    cutNs = nowNs;
  }
}
