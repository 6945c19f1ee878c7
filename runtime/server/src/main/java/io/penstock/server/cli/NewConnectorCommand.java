package io.penstock.server.cli;

import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.Plugins;
import io.penstock.server.scaffold.NewConnector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a connector's file. */
@Command(
    name = "connector",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes a connector's file NAME.json that is valid as it is.",
      "`penstock plugins` lists the types there are."
    })
final class NewConnectorCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private final Output output = new Output();
  @Mixin private final NewFilesWriter writer = new NewFilesWriter();

  @Parameters(paramLabel = "NAME", description = "The connector's name, such as orders.")
  private String name = "";

  @Option(
      names = "--source",
      paramLabel = "TYPE",
      defaultValue = "generate",
      description = "Where events come from. Default ${DEFAULT-VALUE}, which makes them up.")
  private String source = "generate";

  @Option(
      names = "--function",
      paramLabel = "TYPE",
      description = "What is called with them. Default nothing.")
  private @Nullable String function;

  @Option(
      names = "--sink",
      paramLabel = "TYPE",
      defaultValue = "file",
      description = "Where results go. Default ${DEFAULT-VALUE}.")
  private String sink = "file";

  NewConnectorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws CommandFailure {
    Plugins plugins = ConnectorFiles.plugins();
    List<Path> files =
        writer.write(
            folder ->
                NewConnector.files(
                    folder.resolve(name + ".json"),
                    name,
                    plugins,
                    source,
                    Optional.ofNullable(function),
                    sink));
    Loaded loaded = ConnectorFiles.load(files, surroundings);
    if (!loaded.problems().isEmpty()) {
      ConnectorFiles.print(loaded, output);
      return ExitCode.CONFIG;
    }
    if (output.isJson()) {
      output.object(new NewFilesWriter.Created(files.stream().map(Path::toString).toList()));
    } else {
      files.forEach(file -> output.line("made " + file));
    }
    return ExitCode.OK;
  }
}
