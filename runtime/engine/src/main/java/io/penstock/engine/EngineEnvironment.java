package io.penstock.engine;

import io.penstock.connector.Failpoints;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Everything from outside that the engine depends on.
 *
 * @param monotonicNs a clock for durations, in nanoseconds, that never goes back; any thread
 * @param wallClock a clock for people and dead letters
 * @param random for jitter; used by the core thread only
 * @param state where pauses and sources' state are kept
 * @param folders where a connector may keep files of its own, by its name; the folder may not exist
 * @param failpoints where tests may stop the process
 */
public record EngineEnvironment(
    LongSupplier monotonicNs,
    InstantSource wallClock,
    RandomGenerator random,
    StateStore state,
    Function<String, Path> folders,
    Failpoints failpoints) {

  /** The real clocks, a random seed, no failpoints. */
  public static EngineEnvironment real(StateStore state, Function<String, Path> folders) {
    return new EngineEnvironment(
        System::nanoTime,
        InstantSource.system(),
        RandomGenerator.getDefault(),
        state,
        folders,
        Failpoints.NONE);
  }
}
