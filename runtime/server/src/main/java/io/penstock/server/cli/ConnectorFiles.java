package io.penstock.server.cli;

import io.penstock.server.config.ConfigLoader;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.FileProblem;
import io.penstock.server.config.Plugins;
import io.penstock.server.errors.StartCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceConfigurationError;

/** Loads connectors for a command and prints what is wrong with them. */
final class ConnectorFiles {

  private ConnectorFiles() {}

  /** What a program is told of files. */
  private record Shown(
      boolean valid, List<String> files, List<String> connectors, List<ShownProblem> problems) {}

  private record ShownProblem(
      String code,
      String file,
      OptionalInt line,
      String path,
      String found,
      String expected,
      Optional<String> suggestion) {}

  /** What is installed. */
  static Plugins plugins() throws CommandFailure {
    try {
      return Plugins.load();
    } catch (IllegalStateException | ServiceConfigurationError e) {
      throw new CommandFailure(
          ExitCode.ENVIRONMENT, StartCode.BROKEN_INSTALLATION, String.valueOf(e.getMessage()));
    }
  }

  /** Loads. */
  static Loaded load(List<Path> paths, Surroundings surroundings) throws CommandFailure {
    return new ConfigLoader(plugins(), surroundings.environment()).load(paths);
  }

  /** Tells what is wrong. */
  static void print(Loaded loaded, Output output) {
    if (output.isJson()) {
      output.object(shown(loaded));
    } else {
      printText(loaded.problems(), output);
    }
  }

  /** Tells what is wrong in files of another kind. */
  static void print(List<FileProblem> problems, Output output) {
    if (output.isJson()) {
      output.object(Map.of("problems", problems.stream().map(ConnectorFiles::shown).toList()));
    } else {
      printText(problems, output);
    }
  }

  private static void printText(List<FileProblem> problems, Output output) {
    problems.forEach(problem -> output.error(problem.text()));
    long files = problems.stream().map(FileProblem::file).distinct().count();
    output.error(
        counted(problems.size(), "problem")
            + " in "
            + counted(files, "file")
            + ". Nothing was started. `penstock explain CODE` tells more of a code.");
  }

  private static Shown shown(Loaded loaded) {
    return new Shown(
        loaded.problems().isEmpty(),
        loaded.files().stream().map(Path::toString).toList(),
        loaded.connectors().stream().map(ConnectorConfig::name).toList(),
        loaded.problems().stream().map(ConnectorFiles::shown).toList());
  }

  private static ShownProblem shown(FileProblem problem) {
    return new ShownProblem(
        problem.problem().code().code(),
        problem.file().toString(),
        problem.line(),
        problem.problem().path(),
        problem.problem().found(),
        problem.problem().expected(),
        problem.problem().suggestion());
  }

  static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
