package io.penstock.server.cli;

import io.penstock.connector.config.Durations;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.FileProblem;
import io.penstock.server.doctor.Finding;
import io.penstock.server.doctor.Finding.Verdict;
import io.penstock.server.doctor.Machine;
import io.penstock.server.doctor.Reach;
import io.penstock.server.http.HttpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks whether connectors would run here. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Looks whether connectors would run here: Java and memory, data folder, port, and whether the"
          + " servers that they name can be reached.",
      "Starts nothing, and sends nothing to those servers."
    })
final class DoctorCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private final Output output = new Output();
  @Mixin private final WorkerOptions worker = new WorkerOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE|FOLDER",
      description = "Connectors' files, or folders with such files (*.json).")
  private List<Path> paths = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "3s",
      description = "How long to wait for each server. Default ${DEFAULT-VALUE}.")
  private String timeout = "3s";

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** What a program is told. */
  private record Shown(boolean well, List<Finding> findings) {}

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Reach reach = new Reach(timeout());
    HttpAddress address = worker.address();
    List<Finding> findings = new ArrayList<>();
    findings.add(Machine.versions(Version.text()));
    Loaded loaded = ConnectorFiles.load(paths, surroundings);
    loaded.problems().forEach(problem -> findings.add(of(problem)));
    findings.add(Machine.memory(loaded.connectors()));
    findings.add(Machine.dataFolder(worker.data()));
    worker.sharedState().map(Machine::sharedState).ifPresent(findings::add);
    findings.add(Machine.port(address));
    findings.addAll(reach.of(loaded.connectors()));
    boolean well = findings.stream().noneMatch(f -> f.verdict() == Verdict.BAD);
    if (output.isJson()) {
      output.object(new Shown(well, findings));
    } else {
      findings.forEach(finding -> output.line(text(finding)));
    }
    return well ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Finding of(FileProblem problem) {
    return new Finding(
        Verdict.BAD,
        problem.file().toString(),
        problem.problem().toString(),
        Optional.of(problem.problem().code().code()));
  }

  private static String text(Finding finding) {
    String verdict =
        switch (finding.verdict()) {
          case OK -> "ok";
          case WARNING -> "warning";
          case BAD -> "BAD";
        };
    return String.format("%-8s %s: %s", verdict, finding.what(), finding.text())
        + finding.code().map(code -> "  [" + code + "]").orElse("");
  }

  private Duration timeout() {
    try {
      Duration time = Durations.parse(timeout);
      if (time.isZero() || time.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException("out of range");
      }
      return time;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--timeout is '" + timeout + "'; write a duration from 1ms to 5m, such as 3s",
          e);
    }
  }
}
