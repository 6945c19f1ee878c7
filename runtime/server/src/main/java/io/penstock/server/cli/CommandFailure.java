package io.penstock.server.cli;

import io.penstock.server.errors.StartCode;
import io.penstock.server.errors.StartProblem;
import java.util.List;

/** A command can't do its work. It is printed and becomes the exit code where all commands end. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  @SuppressWarnings("serial") // made of an immutable list of records of texts
  private final List<StartProblem> problems;

  CommandFailure(int exitCode, List<StartProblem> problems) {
    super(problems.toString());
    this.exitCode = exitCode;
    this.problems = List.copyOf(problems);
  }

  CommandFailure(int exitCode, StartCode code, String message) {
    this(exitCode, List.of(new StartProblem(code, message)));
  }

  int exitCode() {
    return exitCode;
  }

  List<StartProblem> problems() {
    return problems;
  }
}
