package io.penstock.connector;

import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.Map;

/** Makes sources of one type; found by {@link java.util.ServiceLoader}. */
public interface SourceProvider extends Plugin {

  /**
   * Makes a source. Touches nothing outside yet: {@link Source#open} does.
   *
   * @param baseDirectory the folder that relative paths in the connector's file start from
   */
  Source create(Settings settings, Path baseDirectory);

  /**
   * What {@code delivery} is where the connector's file doesn't say, if a source needs it otherwise:
   * values by key, as a tree (see {@link Codec}).
   */
  default Map<String, Object> deliveryDefaults() {
    return Map.of();
  }

  /** Whether its events may name the route they take; then a connector may have several. */
  default boolean namesRoutes() {
    return false;
  }

  /** Whether it makes a {@link RouteDefiner}: then the connector's file needs neither routes nor sinks. */
  default boolean definesRoutes() {
    return false;
  }

  /** Whether its events may be stopped: then the connector's file may say where those go. */
  default boolean stopsEvents() {
    return false;
  }

  /**
   * Whether the source keeps which events were given up, and why: then they need no failure sink, and
   * are tried a limited number of times without one.
   */
  default boolean keepsFailures() {
    return false;
  }
}
