package io.penstock.server.cli;

import io.penstock.server.config.ConfigLoader.Loaded;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks connectors' files and prints everything that is wrong. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Checks connectors' files: every problem of every file at once.",
      "Makes and starts nothing, and needs neither brokers nor the functions' jars."
    })
final class ValidateCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private final Output output = new Output();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description = "A connector's file, or a folder with such files (*.json).")
  private List<Path> paths = List.of();

  ValidateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws CommandFailure {
    Loaded loaded = ConnectorFiles.load(paths, surroundings);
    boolean valid = loaded.problems().isEmpty();
    if (output.isJson() || !valid) {
      ConnectorFiles.print(loaded, output);
    } else {
      output.line(
          ConnectorFiles.counted(loaded.connectors().size(), "connector")
              + " in "
              + ConnectorFiles.counted(loaded.files().size(), "file")
              + ", all good");
    }
    return valid ? ExitCode.OK : ExitCode.CONFIG;
  }
}
