package io.penstock.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs connectors in one process: one core thread for all of them, an intake thread a source, a
 * delivery thread a sink. Thread-safe.
 */
public interface Engine extends AutoCloseable {

  /** Starts an engine with no connector. */
  static Engine start(EngineEnvironment environment) {
    return ThreadedEngine.start(environment);
  }

  /**
   * Starts a connector. Returns at once: opening goes on in the background, is tried again while it
   * fails, and shows in the status.
   *
   * @throws IllegalArgumentException if a connector of that name runs
   */
  Connector add(ConnectorPlan plan);

  /** The running connector of that name. */
  Optional<Connector> connector(String name);

  /** All connectors, by name. */
  List<Connector> connectors();

  /** Stops every connector side by side, each within the time given, then the engine. Idempotent. */
  void close(Duration drain);

  /** As {@link #close(Duration)} with 30 s. */
  @Override
  default void close() {
    close(Duration.ofSeconds(30));
  }
}
