package io.penstock.connector;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a source gets from the engine when it is opened. */
public interface SourceContext {

  /** The name of the connector, unique in this worker. */
  String connector();

  /** How many bytes of records the source's client may hold on its own at most. */
  long bufferBytes();

  /** Whom to tell about lanes. */
  LaneOwner lanes();

  /** The routes that records may name; empty if there is only the connector's own. */
  default Set<String> routes() {
    return Set.of();
  }

  /**
   * Whether records with that verdict would reach any sink.
   *
   * @param route one of {@link #routes()}, or null for the connector's own
   */
  default boolean hasSinks(@Nullable String route, SourceVerdict verdict) {
    return false;
  }

  /**
   * Where the source may keep state of this worker's own, under keys of its own; its calls block. No
   * other worker sees it.
   */
  StateStore state();

  /**
   * What all workers see that run this connector, under keys of its own; its calls block. The same
   * as {@link #state()} in a worker that shares nothing.
   */
  default StateStore sharedState() {
    return state();
  }

  /**
   * The database that workers share, for what is too much for {@link #sharedState()}. Empty in a
   * worker that shares nothing, which has {@link #folder()}.
   */
  default Optional<SharedDatabase> database() {
    return Optional.empty();
  }

  /** Whether records may name no route: the connector has something to do with them itself. */
  default boolean hasOwnRoute() {
    return true;
  }

  /**
   * For a source that one worker at a time may run, wherever its state is shared: it holds a lease
   * while it owns its lanes and keeps their positions in {@link Lease#state()}.
   */
  default Leases leases() {
    return Leases.ofSoleWorker(state());
  }

  /**
   * A folder of this connector's own on the worker's disk, for what is too much for {@link
   * #state()}; it stays the same over restarts. No other worker sees it. It need not exist yet.
   */
  Path folder();

  /**
   * Whether the connector is to keep an order among events, so that nobody else may handle events
   * of a lane while this source owns it.
   */
  default boolean keepsOrder() {
    return false;
  }

  /** What functions logged about events of this source. */
  default EventLog eventLog() {
    return EventLog.NONE;
  }

  /** Where tests may stop the process; a source calls it between any two durable steps. */
  Failpoints failpoints();
}
