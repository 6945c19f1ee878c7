package io.penstock.connector.config;

import java.util.Optional;

/**
 * One thing that is wrong in a configuration.
 *
 * @param code what kind of thing
 * @param path where, as a JSON path such as {@code $.source.topics[0]}
 * @param found what stands there; never a secret
 * @param expected what should
 * @param suggestion the nearest right word, or what to do
 */
public record Problem(
    ProblemCode code, String path, String found, String expected, Optional<String> suggestion) {

  @Override
  public String toString() {
    return path
        + ": found "
        + found
        + ", expected "
        + expected
        + suggestion.map(s -> "; " + s).orElse("");
  }
}
