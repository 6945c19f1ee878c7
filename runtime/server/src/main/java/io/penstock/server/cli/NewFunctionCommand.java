package io.penstock.server.cli;

import io.penstock.server.scaffold.FunctionProject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the project of a function. */
@Command(
    name = "function",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes a Maven project in a folder NAME: a function in Java with its unit test, a connector that"
          + " calls it, and cases for that.",
    })
final class NewFunctionCommand implements Callable<Integer> {

  @Mixin private final Output output = new Output();
  @Mixin private final NewFilesWriter writer = new NewFilesWriter();

  @Parameters(
      paramLabel = "NAME",
      description = "Lower-case words joined by '-', such as order-totals.")
  private String name = "";

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      defaultValue = "com.example",
      description = "The package of the class. Default ${DEFAULT-VALUE}.")
  private String packageName = "com.example";

  @Override
  public Integer call() throws CommandFailure {
    List<Path> files =
        writer.write(
            folder ->
                FunctionProject.files(folder.resolve(name), name, packageName, Version.text()));
    if (output.isJson()) {
      output.object(new NewFilesWriter.Created(files.stream().map(Path::toString).toList()));
    } else {
      files.forEach(file -> output.line("made " + file));
      output.line("");
      output.line("Next:");
      output.line("  cd " + writer.folder().resolve(name).normalize());
      output.line("  mvn package");
      output.line("  penstock test " + name + ".json");
      output.line("  penstock run " + name + ".json");
    }
    return ExitCode.OK;
  }
}
