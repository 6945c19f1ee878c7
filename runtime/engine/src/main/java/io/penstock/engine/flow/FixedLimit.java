package io.penstock.engine.flow;

/** A limit that stays where it is. */
public final class FixedLimit implements Limit {

  private final int limit;

  /** So many, whatever happens. */
  public FixedLimit(int limit) {
    this.limit = limit;
  }

  @Override
  public int current() {
    return limit;
  }

  @Override
  public String onSample(Sample sample) {
    return UNCHANGED;
  }
}
