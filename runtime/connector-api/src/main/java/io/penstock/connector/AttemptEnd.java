package io.penstock.connector;

import io.penstock.functions.Event;
import java.time.Duration;
import java.util.List;

/** How an attempt of one record ended; what becomes of the record follows from it later. */
public sealed interface AttemptEnd {

  /**
   * The function has done it, and its results are about to be delivered.
   *
   * @param results unmodifiable; may be empty
   */
  record Done(List<Event> results) implements AttemptEnd {}

  /**
   * It failed and is tried again.
   *
   * @param after how long it waits first
   * @param code a stable upper-case word, for example {@code FUNCTION_ERROR}
   * @param text what happened, with no secret
   */
  record Retried(Duration after, String code, String text) implements AttemptEnd {}

  /**
   * The function was overloaded: it is tried again, and this attempt doesn't count.
   *
   * @param after how long it waits first
   */
  record Throttled(Duration after) implements AttemptEnd {}

  /**
   * It is given up.
   *
   * @param code a stable upper-case word, for example {@code EXPIRED}
   * @param text why, with no secret
   */
  record GivenUp(String code, String text) implements AttemptEnd {}
}
