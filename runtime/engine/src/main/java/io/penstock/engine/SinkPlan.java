package io.penstock.engine;

import io.penstock.connector.Sink;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.transform.Transform;
import java.util.Optional;

/**
 * A sink to deliver to.
 *
 * @param name for status, errors and dead letters, unique in its connector, for example {@code
 *     onSuccess[0] kafka}
 * @param sink delivers; the engine opens and closes it
 * @param destination the limiter key: sinks with the same destination share a limit
 * @param concurrency bounds of the limit on deliveries in flight
 * @param filter only results that pass it go to this sink
 * @param transform what becomes of them before
 * @param retry when a failed delivery is tried again
 */
public record SinkPlan(
    String name,
    Sink sink,
    String destination,
    ConcurrencyPolicy concurrency,
    Optional<EventFilter> filter,
    Optional<Transform> transform,
    RetryPolicy retry) {}
