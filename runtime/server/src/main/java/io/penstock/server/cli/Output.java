package io.penstock.server.cli;

import io.penstock.server.errors.StartProblem;
import io.penstock.server.http.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Where a command prints: for people, or with {@code --json} for programs. Part of each command.
 */
final class Output {

  static final String JSON = "--json";

  @Option(names = JSON, description = "Print JSON, for programs: one object a line.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  /** Whether programs read it. */
  boolean isJson() {
    return json;
  }

  /** A line for people. */
  void line(String text) {
    PrintWriter out = command.commandLine().getOut();
    out.println(text);
    out.flush();
  }

  /** A line for people about something that is wrong. */
  void error(String text) {
    PrintWriter err = command.commandLine().getErr();
    err.println(text);
    err.flush();
  }

  /** An object for programs. */
  void object(Object value) {
    line(Json.line(value));
  }

  /** What kept the command from doing its work. */
  void problems(List<StartProblem> problems) {
    if (json) {
      problemsAsJson(problems);
    } else {
      problems.forEach(problem -> error("penstock: " + problem.text()));
    }
  }

  void problemsAsJson(List<StartProblem> problems) {
    object(
        Map.of(
            "problems",
            problems.stream().map(p -> new Shown(p.code().code(), p.message())).toList()));
  }

  private record Shown(String code, String message) {}
}
