package io.penstock.connector;

import java.time.Duration;

/** What became of one record at a sink. */
public sealed interface SinkOutcome {

  /** The destination has it, durably as far as the destination can promise. */
  record Delivered() implements SinkOutcome {
    /** The one value. */
    public static final Delivered INSTANCE = new Delivered();
  }

  /** Failed this time; counts as an attempt. A zero delay leaves it to the backoff. */
  record Retry(Duration after, String text) implements SinkOutcome {}

  /** The destination is overloaded; no attempt is counted. */
  record Throttled(Duration after, String text) implements SinkOutcome {}

  /** The destination will never take it. */
  record Reject(String text) implements SinkOutcome {}

  /** Not tried, because one before it in the call failed; no attempt is counted. */
  record NotTried() implements SinkOutcome {
    /** The one value. */
    public static final NotTried INSTANCE = new NotTried();
  }
}
