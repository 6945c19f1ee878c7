package io.penstock.connector;

import io.penstock.functions.Event;
import java.time.Duration;
import java.util.List;

/** What a function made of one event, as the engine reads it. */
public sealed interface EventOutcome {

  /** Handled, with results in order; the engine gives each its id. */
  record Done(List<Event> results) implements EventOutcome {
    /** Handled, no results. */
    public static final Done EMPTY = new Done(List.of());
  }

  /** Failed this time; counts as an attempt. A zero delay leaves it to the backoff. */
  record Retry(Duration after, String code, String text) implements EventOutcome {}

  /** Not handled because something is overloaded; no attempt is counted. */
  record Throttled(Duration after, String text) implements EventOutcome {}

  /** Can never be handled. */
  record Reject(String code, String text) implements EventOutcome {}
}
