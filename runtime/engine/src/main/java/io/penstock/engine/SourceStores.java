package io.penstock.engine;

import io.penstock.connector.EventLog;
import io.penstock.connector.Leases;
import io.penstock.connector.SharedDatabase;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where sources keep and find what outlives an event.
 *
 * @param state of this worker alone
 * @param shared state that all workers share; the same as {@code state} if nothing is shared
 * @param leases of what one worker at a time may own, with the state that all workers share
 * @param folders where a connector may keep files of its own, by its name; the folder may not exist
 * @param database that all workers share; empty if nothing is shared
 * @param eventLog what functions logged
 */
public record SourceStores(
    StateStore state,
    StateStore shared,
    Leases leases,
    Function<String, Path> folders,
    Optional<SharedDatabase> database,
    EventLog eventLog) {}
