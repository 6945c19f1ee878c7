package io.penstock.server.cli;

import io.penstock.server.config.ConfigLoader;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.FileProblem;
import io.penstock.server.config.Plugins;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;

/** Loads connectors for a command and prints what is wrong with them. */
final class ConnectorFiles {

  private ConnectorFiles() {}

  /**
   * Loads.
   *
   * @throws BrokenInstallationException if the class path is broken
   */
  static Loaded load(List<Path> paths, Surroundings surroundings)
      throws BrokenInstallationException {
    try {
      return new ConfigLoader(Plugins.load(), surroundings.environment()).load(paths);
    } catch (IllegalStateException | ServiceConfigurationError e) {
      throw new BrokenInstallationException(e);
    }
  }

  static void print(Loaded loaded, PrintWriter err) {
    List<FileProblem> problems = loaded.problems();
    problems.forEach(problem -> err.println(problem.text()));
    long files = problems.stream().map(FileProblem::file).distinct().count();
    err.println(
        counted(problems.size(), "problem")
            + " in "
            + counted(files, "file")
            + ". Nothing was started.");
    err.flush();
  }

  static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** What lies on the class path doesn't fit together. */
  static final class BrokenInstallationException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenInstallationException(Throwable cause) {
      super("this installation is broken: " + cause.getMessage(), cause);
    }
  }
}
