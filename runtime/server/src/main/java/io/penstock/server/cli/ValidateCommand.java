package io.penstock.server.cli;

import io.penstock.server.config.ConfigLoader.Loaded;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--explain",
      paramLabel = "EVENT.json",
      description = {
        "Also tells what the connectors would make of the event in this file: which field of a filter"
            + " fails, what transforms make, which sinks get it. Nothing is run.",
        "An event is written as in cases (docs/testing.md), or as a CloudEvent in JSON."
      })
  private @Nullable Path event;

  ValidateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws CommandFailure {
    Loaded loaded = ConnectorFiles.load(paths, surroundings);
    boolean valid = loaded.problems().isEmpty();
    Path explained = event;
    if (valid && explained != null) {
      boolean good = new EventExplanation(output).print(explained, loaded.connectors());
      return good ? ExitCode.OK : ExitCode.CONFIG;
    }
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
