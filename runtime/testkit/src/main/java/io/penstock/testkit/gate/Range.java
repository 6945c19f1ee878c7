package io.penstock.testkit.gate;

/** The range that a figure must keep, both ends included. */
public record Range(double least, double most) {

  /** Any figure. */
  static final Range ANY = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Whether a figure keeps it. */
  public boolean contains(double figure) {
    return figure >= least && figure <= most;
  }
}
