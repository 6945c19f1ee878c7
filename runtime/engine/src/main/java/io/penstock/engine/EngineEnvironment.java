package io.penstock.engine;

import io.penstock.connector.EventLog;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Leases;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Everything from outside that the engine depends on.
 *
 * @param monotonicNs a clock for durations, in nanoseconds, that never goes back; any thread
 * @param wallClock a clock for people and dead letters
 * @param random for jitter; used by the core thread only
 * @param state where pauses are kept
 * @param sources where sources keep state
 * @param failpoints where tests may stop the process
 */
public record EngineEnvironment(
    LongSupplier monotonicNs,
    InstantSource wallClock,
    RandomGenerator random,
    StateStore state,
    SourceStores sources,
    Failpoints failpoints) {

  /** As a worker that shares nothing: sources keep their state beside the pauses. */
  public EngineEnvironment(
      LongSupplier monotonicNs,
      InstantSource wallClock,
      RandomGenerator random,
      StateStore state,
      Function<String, Path> folders,
      Failpoints failpoints) {
    this(monotonicNs, wallClock, random, state, alone(state, folders), failpoints);
  }

  private static SourceStores alone(StateStore state, Function<String, Path> folders) {
    return new SourceStores(
        state, state, Leases.ofSoleWorker(state), folders, Optional.empty(), EventLog.NONE);
  }

  /** The real clocks, a random seed, no failpoints; shares nothing. */
  public static EngineEnvironment real(StateStore state, Function<String, Path> folders) {
    return real(state, alone(state, folders), Failpoints.NONE);
  }

  /** The real clocks and a random seed. */
  public static EngineEnvironment real(
      StateStore state, SourceStores sources, Failpoints failpoints) {
    return new EngineEnvironment(
        System::nanoTime,
        InstantSource.system(),
        RandomGenerator.getDefault(),
        state,
        sources,
        failpoints);
  }
}
