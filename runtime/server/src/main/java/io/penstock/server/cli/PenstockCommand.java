package io.penstock.server.cli;

import io.penstock.server.errors.StartCode;
import io.penstock.server.errors.StartProblem;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
      "1:it ran, and found something bad: a test that fails, an event of the demo that is missing",
      "2:wrong command line or config; nothing was started",
      "3:something of this machine, such as a port in use; nothing was started",
      "70:a bug in Penstock"
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
            .addSubcommand(new TestCommand(surroundings))
            .addSubcommand(TasksCommand.commandLine())
            .addSubcommand(FunctionsCommand.commandLine())
            .addSubcommand(AccountsCommand.commandLine())
            .addSubcommand(new DemoCommand(surroundings))
            .addSubcommand(
                new CommandLine(new NewCommand())
                    .addSubcommand(new NewFunctionCommand())
                    .addSubcommand(new NewConnectorCommand(surroundings)))
            .addSubcommand(new DoctorCommand(surroundings))
            .addSubcommand(new PluginsCommand())
            .addSubcommand(new OffsetsCommand())
            .addSubcommand(new SnapshotCommand())
            .addSubcommand(new SchemaCommand())
            .addSubcommand(new ExplainCommand())
            .addSubcommand(new CompletionCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(PenstockCommand::notUnderstood);
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    return line;
  }

  private static int notUnderstood(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    StartProblem problem = new StartProblem(StartCode.WRONG_COMMAND_LINE, message(e));
    Optional<Output> output = output(command);
    if (output.isPresent() && Arrays.asList(arguments).contains(Output.JSON)) {
      output
          .get()
          .problemsAsJson(List.of(problem)); // it may not have been read yet that it is asked for
      return ExitCode.CONFIG;
    }
    PrintWriter err = command.getErr();
    err.println("penstock: " + problem.text());
    UnmatchedArgumentException.printSuggestions(e, err);
    if (arguments.length == 0) {
      command.usage(err);
    } else {
      err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells more.");
    }
    err.flush();
    return ExitCode.CONFIG;
  }

  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String first = unmatched.getUnmatched().get(0);
      return e.getCommandLine().getSubcommands().isEmpty()
          ? "'" + first + "' is one argument too many"
          : "there is no command '" + first + "'";
    }
    return String.valueOf(e.getMessage());
  }

  private static int failed(Exception e, CommandLine command) {
    if (e instanceof CommandFailure failure) {
      output(command).ifPresent(output -> output.problems(failure.problems()));
      return failure.exitCode();
    }
    StartProblem bug =
        new StartProblem(
            StartCode.BUG, "this is a bug in Penstock; please report it with what follows: " + e);
    output(command).ifPresent(output -> output.problems(List.of(bug)));
    e.printStackTrace(command.getErr());
    command.getErr().flush();
    return ExitCode.BUG;
  }

  private static Optional<Output> output(CommandLine command) {
    return command.getMixins().values().stream()
        .filter(Output.class::isInstance)
        .map(Output.class::cast)
        .findFirst();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }
}
