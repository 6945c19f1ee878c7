package io.penstock.engine.flow;

/**
 * Finds how many invocations or deliveries may run at a time: samples in, limit out. Pure: it reads
 * no clock. Not thread-safe.
 */
public interface Limit {

  /** How many may run now. */
  int current();

  /**
   * One ended.
   *
   * @return why the limit changed, in a word, or {@link #UNCHANGED}
   */
  String onSample(Sample sample);

  /** The answer of {@link #onSample} when the limit is as before. */
  String UNCHANGED = "";

  /** What a sample tells. */
  enum Verdict {
    /** It was handled, well or badly: no sign of overload. */
    SERVED,
    /** It was turned away because of overload. */
    THROTTLED,
    /** It took longer than its timeout. */
    TIMED_OUT
  }

  /**
   * One ended invocation or delivery.
   *
   * @param startNs when it started
   * @param endNs when it ended
   * @param inFlight how many ran when it ended, itself included
   * @param verdict what it tells
   */
  record Sample(long startNs, long endNs, int inFlight, Verdict verdict) {}
}
