package io.penstock.server.cli;

import io.penstock.connector.Failpoints;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What commands take from outside; tests bring their own.
 *
 * @param environment environment variables; null for one that isn't set
 * @param stop when to stop
 * @param terminal whether a person sees standard error as it is written
 * @param home the folder of the distribution, where the demo finds its example and its broker
 * @param failpoints where the worker may be stopped; {@link Failpoints#NONE} but in tests
 */
public record Surroundings(
    Function<String, @Nullable String> environment,
    StopSignal stop,
    Terminal terminal,
    Optional<Path> home,
    Failpoints failpoints) {

  /** Whether somebody watches. */
  public enum Terminal {
    /** A line at the bottom is kept up to date. */
    ATTACHED,
    /** Plain lines, now and then. */
    NONE
  }
}
