package io.penstock.server.cli;

import io.penstock.server.cases.CaseFile;
import io.penstock.server.cases.CaseLoader;
import io.penstock.server.cases.CaseResult;
import io.penstock.server.cases.CaseRun.NotMadeException;
import io.penstock.server.cases.TestCase;
import io.penstock.server.config.PlanMaker.Failure;
import io.penstock.server.errors.StartCode;
import io.penstock.server.errors.StartProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs cases. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs the cases that stand beside a connector: orders.test.json beside orders.json.",
      "The real engine runs with the connector's own filter, transform, function and delivery, in a"
          + " time of its own, and nothing outside is contacted."
    })
final class TestCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private final Output output = new Output();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description =
          "A file of cases (*.test.json), the file of a connector that has one beside it, or a folder"
              + " with files of cases.")
  private List<Path> paths = List.of();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write a report in JUnit's XML, for build servers.")
  private @Nullable Path junit;

  TestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** What a program is told. */
  private record Shown(long passed, long failed, List<CaseResult> cases) {}

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    CaseLoader.Loaded loaded =
        new CaseLoader(ConnectorFiles.plugins(), surroundings.environment()).load(paths);
    if (!loaded.problems().isEmpty()) {
      ConnectorFiles.print(loaded.problems(), output);
      return ExitCode.CONFIG;
    }
    List<CaseResult> results = new ArrayList<>();
    for (CaseFile file : loaded.files()) {
      if (!output.isJson()) {
        output.line(file.file().toString());
      }
      for (TestCase testCase : file.cases()) {
        CaseResult result = run(file, testCase);
        results.add(result);
        if (!output.isJson()) {
          print(result);
        }
      }
    }
    long failed = results.stream().filter(result -> !result.passed()).count();
    if (output.isJson()) {
      output.object(new Shown(results.size() - failed, failed, results));
    } else {
      output.line(
          ConnectorFiles.counted(results.size() - failed, "case")
              + " passed, "
              + failed
              + " failed");
    }
    report(results);
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static CaseResult run(CaseFile file, TestCase testCase)
      throws CommandFailure, InterruptedException {
    try {
      return CaseResult.of(file, testCase);
    } catch (NotMadeException e) {
      throw new CommandFailure(
          ExitCode.of(e.failures().get(0).cause()),
          e.failures().stream().map(TestCommand::problem).toList());
    }
  }

  private static StartProblem problem(Failure failure) {
    return new StartProblem(
        failure.code(), failure.file() + "  " + failure.path() + "\n    " + failure.text());
  }

  private void print(CaseResult result) {
    output.line((result.passed() ? "  ok      " : "  FAILED  ") + result.name());
    for (String difference : result.differences()) {
      output.line("            " + difference.replace("\n", "\n            "));
    }
  }

  private void report(List<CaseResult> results) throws CommandFailure {
    Optional<Path> file = Optional.ofNullable(junit);
    if (file.isPresent()) {
      try {
        JUnitReport.write(results, file.get());
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.ENVIRONMENT,
            StartCode.FILE_TROUBLE,
            "the report " + file.get() + " can't be written: " + e);
      }
    }
  }
}
