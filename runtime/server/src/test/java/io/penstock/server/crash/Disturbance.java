package io.penstock.server.crash;

import java.util.Set;

/**
 * Something that may make an event happen again.
 *
 * @param fromMs when it began
 * @param toMs when it was over at the latest
 * @param causes in which way
 * @param text what it was
 */
record Disturbance(long fromMs, long toMs, Set<Cause> causes, String text) {

  /** How an event can happen again. */
  enum Cause {
    /** A partition went to another worker: the function is called again. */
    OWNERSHIP,
    /** A delivery's answer was lost: the same result is sent again. */
    SINK
  }

  boolean touches(long from, long to) {
    return fromMs <= to && toMs >= from;
  }
}
