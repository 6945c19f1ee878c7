package io.penstock.connector;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How an invocation ended. */
public sealed interface InvocationResult {

  /** Every event is done, with no results. */
  record AllDone() implements InvocationResult {
    /** The one value. */
    public static final AllDone INSTANCE = new AllDone();
  }

  /** An outcome for each event, in the order of the events; another number fails the batch. */
  record InOrder(List<EventOutcome> outcomes) implements InvocationResult {}

  /** An outcome for each event, by its id; a missing or unknown id fails the batch. */
  record ById(Map<String, EventOutcome> outcomes) implements InvocationResult {}

  /**
   * The function or something behind it is overloaded and nothing was handled.
   *
   * @param retryAfter zero leaves the delay to the backoff
   * @param text what is overloaded
   */
  record Throttled(Duration retryAfter, String text) implements InvocationResult {}

  /**
   * The batch as a whole failed.
   *
   * @param code a stable upper-case word, for example {@code FUNCTION_ERROR}
   * @param text what happened, with no secret
   */
  record Failed(String code, String text) implements InvocationResult {}
}
