package io.penstock.engine;

import java.util.List;
import java.util.Optional;

/**
 * What is to be done with the events of a route.
 *
 * @param name unique in its connector
 * @param function what to call; empty for a plain stream to the success sinks
 * @param retry when a failed event is tried again
 * @param onSuccess where results go; may be empty if there is a function
 * @param onFailure what becomes of events that can't be handled
 */
public record RoutePlan(
    String name,
    Optional<FunctionPlan> function,
    RetryPolicy retry,
    List<SinkPlan> onSuccess,
    FailurePlan onFailure) {

  /** Copies. */
  public RoutePlan {
    onSuccess = List.copyOf(onSuccess);
  }
}
