package io.penstock.engine;

import io.penstock.connector.Codec;
import io.penstock.connector.Source;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.transform.Transform;
import java.util.List;
import java.util.Optional;

/**
 * A connector ready to run: everything made, nothing started. The engine owns source, function and
 * sinks from {@link Engine#add} on, and closes them.
 *
 * @param name unique in the engine; letters, digits, {@code .}, {@code _} and {@code -}
 * @param source where events come from
 * @param format reads their payload where a filter or transform needs it
 * @param filter events that don't pass are settled as filtered
 * @param transform what becomes of those that do
 * @param function what to call; empty for a plain stream to the success sinks
 * @param delivery how
 * @param onSuccess where results go; may be empty if there is a function
 * @param onFailure what becomes of events that can't be handled
 * @param onStop where events go that the source has stopped; may be empty
 * @param routes the routes that records may name
 */
public record ConnectorPlan(
    String name,
    Source source,
    Codec format,
    Optional<EventFilter> filter,
    Optional<Transform> transform,
    Optional<FunctionPlan> function,
    DeliveryPolicy delivery,
    List<SinkPlan> onSuccess,
    FailurePlan onFailure,
    List<SinkPlan> onStop,
    Routes routes) {

  /** A plan without named routes, of a source that stops nothing. */
  public ConnectorPlan(
      String name,
      Source source,
      Codec format,
      Optional<EventFilter> filter,
      Optional<Transform> transform,
      Optional<FunctionPlan> function,
      DeliveryPolicy delivery,
      List<SinkPlan> onSuccess,
      FailurePlan onFailure) {
    this(
        name,
        source,
        format,
        filter,
        transform,
        function,
        delivery,
        onSuccess,
        onFailure,
        List.of(),
        Routes.NONE);
  }

  /** Checks and copies. */
  public ConnectorPlan {
    onSuccess = List.copyOf(onSuccess);
    onStop = List.copyOf(onStop);
    if (function.isEmpty()
        && onSuccess.isEmpty()
        && routes.names().isEmpty()
        && !routes.mayGrow()) {
      throw new IllegalArgumentException(
          "connector '" + name + "' has neither a function nor a success sink nor routes");
    }
  }

  /** The route of records that name none. */
  public RoutePlan ownRoute() {
    return new RoutePlan(name, function, delivery.retry(), onSuccess, onFailure, onStop);
  }
}
