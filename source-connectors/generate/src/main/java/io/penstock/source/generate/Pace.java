package io.penstock.source.generate;

/**
 * How many events are due at a rate. What isn't taken adds up to one second's worth at most, so that
 * a source that was held back doesn't make up for it in a burst. Not thread-safe.
 */
final class Pace {

  private static final double NS_PER_SECOND = 1e9;

  private final double perSecond;
  private double due = 1;
  private long lastNs;

  /**
   * Begins with one event that is due.
   *
   * @param perSecond positive; infinite for no limit
   */
  Pace(double perSecond, long nowNs) {
    this.perSecond = perSecond;
    this.lastNs = nowNs;
  }

  /** How many events may be made now. */
  long due(long nowNs) {
    if (Double.isInfinite(perSecond)) {
      return Long.MAX_VALUE;
    }
    due = Math.min(Math.max(1, perSecond), due + (nowNs - lastNs) * perSecond / NS_PER_SECOND);
    lastNs = nowNs;
    return (long) due;
  }

  /** So many were made. */
  void made(long events) {
    due -= events;
  }

  /** When the next event is due, as time from the last {@link #due}. */
  long untilNextNs() {
    return due >= 1 ? 0 : (long) Math.ceil((1 - due) / perSecond * NS_PER_SECOND);
  }
}
