package io.penstock.server.config;

import io.penstock.connector.config.Problem;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A problem and the file it is in.
 *
 * @param file as it was named on the command line, or found in a folder
 * @param line where in the file, from 1; empty if that isn't known
 * @param problem what is wrong
 */
public record FileProblem(Path file, OptionalInt line, Problem problem) {

  /** Some lines for people: where, then what was found, what was expected, and what to do. */
  public String text() {
    String where = line.isPresent() ? file + ":" + line.getAsInt() : file.toString();
    return where
        + "  "
        + problem.path()
        + "  ["
        + problem.code().code()
        + "]"
        + "\n    found     "
        + problem.found()
        + "\n    expected  "
        + problem.expected()
        + problem.suggestion().map(s -> "\n    hint      " + s).orElse("");
  }
}
