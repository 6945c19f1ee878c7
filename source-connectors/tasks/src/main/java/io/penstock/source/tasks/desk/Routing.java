package io.penstock.source.tasks.desk;

import io.penstock.connector.SourceVerdict;
import io.penstock.source.tasks.store.StoredTask;
import org.jspecify.annotations.Nullable;

/** Which route a task takes through the engine. Thread-safe; must not block. */
public interface Routing {

  /** The functions are the routes of the connector's file, and have no versions. */
  Routing BY_NAME = task -> new Choice(task.spec().function(), "");

  /**
   * A route.
   *
   * @param route its name; null for the connector's own
   * @param version of the function; empty if it has none
   */
  record Choice(@Nullable String route, String version) {}

  /** The route of a task. */
  Choice choose(StoredTask task);

  /** The route that a function's next tasks take; null for the connector's own. */
  default @Nullable String route(String account, String function) {
    return function;
  }

  /**
   * Whether a task that ended so would reach any sink; also if that isn't known here. Must not block,
   * whatever other methods do.
   */
  default boolean hasSinks(StoredTask task, SourceVerdict verdict) {
    return false;
  }

  /** What this worker is called, for people. */
  default String worker() {
    return "";
  }

  /** What tells the limits of functions apart: those of one share theirs. */
  default String line(String account, String function) {
    return function;
  }
}
