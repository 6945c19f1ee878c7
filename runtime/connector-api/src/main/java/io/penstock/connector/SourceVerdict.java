package io.penstock.connector;

/**
 * What a source has decided about a record before it hands it over: no function is called with it, and
 * it passes neither filter nor transform. It goes to the sinks that its route has for such an end, and
 * is then settled.
 */
public sealed interface SourceVerdict {

  /**
   * It is given up: it goes to the failure sinks, as an event does that can't be handled.
   *
   * @param code a stable upper-case word, for example {@code EXPIRED}
   * @param text why, with no secret
   */
  record GivenUp(String code, String text) implements SourceVerdict {}

  /** Somebody has stopped it: its event goes to the sinks of {@code onStop} as it is. */
  record Stopped() implements SourceVerdict {}
}
