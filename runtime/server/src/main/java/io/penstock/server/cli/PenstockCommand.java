package io.penstock.server.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a sub-command: shows what there is. */
@Command(
    name = "penstock",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {"Carries events from where they are kept straight to your function.", ""},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:good",
      "1:not every event of the demo arrived, or a bug in Penstock",
      "2:wrong command line or config; nothing was started",
      "3:something of this machine, such as a port in use; nothing was started"
    })
public final class PenstockCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private PenstockCommand() {}

  /** The whole command line. */
  public static CommandLine commandLine(Surroundings surroundings) {
    CommandLine line =
        new CommandLine(new PenstockCommand())
            .addSubcommand(new RunCommand(surroundings))
            .addSubcommand(new ValidateCommand(surroundings))
            .addSubcommand(new DemoCommand(surroundings));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          PrintWriter err = command.getErr();
          err.println("penstock: this is a bug in Penstock; please report it with what follows");
          e.printStackTrace(err);
          err.flush();
          return ExitCode.FAILED;
        });
    return line;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
  }
}
