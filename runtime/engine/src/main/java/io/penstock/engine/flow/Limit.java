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
    /** It was handled: no sign of overload. */
    SERVED,
    /** It failed, or was never sent: that says nothing of the load. */
    INCONCLUSIVE,
    /** It was turned away because too much was in flight. */
    THROTTLED,
    /** It took longer than its timeout. */
    TIMED_OUT
  }

  /**
   * One ended invocation or delivery.
   *
   * @param startNs when it started
   * @param endNs when it ended
   * @param events how many events it carried
   * @param inFlight how many ran when the last one before its end started
   * @param verdict what it tells
   * @param waitNs how long a backend that refused it asked to wait; 0 for nothing
   */
  record Sample(long startNs, long endNs, int events, int inFlight, Verdict verdict, long waitNs) {

    /** One without a time to wait. */
    public Sample(long startNs, long endNs, int events, int inFlight, Verdict verdict) {
      this(startNs, endNs, events, inFlight, verdict, 0);
    }

    /** How long it took, one nanosecond at least. */
    long latencyNs() {
      return Math.max(1, endNs - startNs);
    }
  }
}
