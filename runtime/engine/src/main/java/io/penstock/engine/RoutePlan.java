package io.penstock.engine;

import io.penstock.connector.SourceVerdict;
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
 * @param onStop where events go that their source has stopped; may be empty
 */
public record RoutePlan(
    String name,
    Optional<FunctionPlan> function,
    RetryPolicy retry,
    List<SinkPlan> onSuccess,
    FailurePlan onFailure,
    List<SinkPlan> onStop) {

  /** A route whose source stops nothing. */
  public RoutePlan(
      String name,
      Optional<FunctionPlan> function,
      RetryPolicy retry,
      List<SinkPlan> onSuccess,
      FailurePlan onFailure) {
    this(name, function, retry, onSuccess, onFailure, List.of());
  }

  /** Copies. */
  public RoutePlan {
    onSuccess = List.copyOf(onSuccess);
    onStop = List.copyOf(onStop);
  }

  /** Whether events with that verdict of their source would reach any sink. */
  public boolean hasSinks(SourceVerdict verdict) {
    return verdict instanceof SourceVerdict.Stopped
        ? !onStop.isEmpty()
        : onFailure instanceof FailurePlan.DeadLetter;
  }
}
