package io.penstock.server.cli;

import io.penstock.server.errors.ErrorCatalogue;
import io.penstock.server.errors.ErrorCatalogue.Entry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what an error code means. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Tells what an error code means and what to do about it.")
final class ExplainCommand implements Callable<Integer> {

  @Mixin private final Output output = new Output();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      paramLabel = "CODE",
      description = "For example PEN-1101, or the code of a dead letter such as TIMEOUT.")
  private String code = "";

  @Override
  public Integer call() {
    Entry entry =
        ErrorCatalogue.find(code)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "there is no code '" + code + "'; docs/errors lists them all"));
    if (output.isJson()) {
      output.object(entry);
    } else {
      output.line(entry.code() + "  " + entry.title());
      output.line("");
      output.line(entry.meaning());
      output.line("");
      output.line("What to do: " + entry.remedy());
    }
    return ExitCode.OK;
  }
}
