package io.penstock.engine;

import java.util.Optional;
import java.util.Set;

/** The routes that records may name. */
@FunctionalInterface
public interface Routes {

  /** No named routes: every record takes the connector's own. */
  Routes NONE = name -> Optional.empty();

  /**
   * The route of that name. Called on the core thread, once a name while the route is known; must
   * not block. A record whose route is empty goes to the connector's failure sinks.
   */
  Optional<RoutePlan> route(String name);

  /** The names of routes that are known beforehand. */
  default Set<String> names() {
    return Set.of();
  }
}
