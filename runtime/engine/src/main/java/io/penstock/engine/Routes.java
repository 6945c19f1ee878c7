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

  /**
   * Whether the route of that name may be closed while nothing comes for it; then {@link #route} makes
   * it anew.
   */
  default boolean isEvictable(String name) {
    return false;
  }

  /** Whether there may be routes that aren't known beforehand. */
  default boolean mayGrow() {
    return false;
  }

  /** The names of routes that are known beforehand. */
  default Set<String> names() {
    return Set.of();
  }
}
