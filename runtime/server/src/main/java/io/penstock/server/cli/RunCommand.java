package io.penstock.server.cli;

import io.penstock.connector.config.Durations;
import io.penstock.server.config.ConfigLoader;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.http.HttpAddress;
import io.penstock.server.worker.FileWatch;
import io.penstock.server.worker.Worker;
import io.penstock.server.worker.WorkerStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs connectors until it is told to stop. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs connectors until it is told to stop (Ctrl-C, SIGTERM).",
      "It then takes no more events and finishes those under way; a second signal ends it at once,"
          + " and what was under way is handled again at the next start."
    })
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  private final Surroundings surroundings;

  @Mixin private final Output output = new Output();
  @Mixin private final WorkerOptions options = new WorkerOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description = "A connector's file, or a folder with such files (*.json).")
  private List<Path> paths = List.of();

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "How long to finish what is under way when stopping. Default ${DEFAULT-VALUE}.")
  private String drain = "30s";

  @Option(
      names = "--watch",
      description = {
        "Watch the files: a connector that changed is restarted, a new one started, one that is"
            + " gone stopped. What is not valid changes nothing, and is told."
      })
  private boolean watch;

  RunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws CommandFailure {
    surroundings.stop().heed();
    Duration drainTime = drainTime();
    HttpAddress address = options.address();
    Loaded loaded = ConnectorFiles.load(paths, surroundings);
    if (!loaded.problems().isEmpty()) {
      ConnectorFiles.print(loaded, output);
      return ExitCode.CONFIG;
    }
    Worker worker;
    try {
      worker =
          Worker.start(
              new Worker.Options(
                  loaded.connectors(),
                  options.data(),
                  options.sharedState(),
                  address,
                  Version.text(),
                  surroundings.failpoints()));
    } catch (WorkerStartException e) {
      output.problems(e.problems());
      if (!output.isJson()) {
        output.error("Nothing was started.");
      }
      return ExitCode.of(e.reason());
    }
    run(worker, loaded, drainTime);
    return ExitCode.OK;
  }

  private void run(Worker worker, Loaded loaded, Duration drainTime) throws CommandFailure {
    LOG.info(
        "penstock {} runs {}; http://{}",
        Version.text(),
        ConnectorFiles.counted(loaded.connectors().size(), "connector"),
        worker.address());
    if (output.isJson()) {
      output.object(new Started("http://" + worker.address(), names(loaded)));
    }
    if (!worker.address().isLoopback()) {
      LOG.warn(
          "HTTP listens on {}: whoever reaches that address can read and pause the connectors",
          worker.address());
    }
    try (StatusReporter reporter = StatusReporter.start(worker.engine(), surroundings)) {
      if (watch) {
        watch(worker, loaded, drainTime);
      } else {
        surroundings.stop().await();
      }
    }
    LOG.info(
        "stopping: what is under way has {} to finish (a second signal ends it at once)",
        Durations.format(drainTime));
    Map<String, Integer> left = worker.stop(drainTime);
    left.forEach(
        (name, events) ->
            LOG.warn(
                "connector '{}': {} not finished; to be handled again at the next start",
                name,
                ConnectorFiles.counted(events, "event")));
    LOG.info("stopped");
    if (output.isJson()) {
      output.object(new Stopped(left));
    }
  }

  private void watch(Worker worker, Loaded loaded, Duration drainTime) throws CommandFailure {
    ConfigLoader loader = new ConfigLoader(ConnectorFiles.plugins(), surroundings.environment());
    try (FileWatch files =
        FileWatch.start(
            loader,
            paths,
            loaded,
            worker,
            drainTime,
            change -> {
              if (output.isJson()) {
                output.object(change);
              }
            })) {
      surroundings.stop().await();
    }
  }

  /** What programs are told when everything runs. */
  private record Started(String started, List<String> connectors) {}

  /** What programs are told at the end: how many events were not finished, by connector. */
  private record Stopped(Map<String, Integer> unfinished) {}

  private static List<String> names(Loaded loaded) {
    return loaded.connectors().stream().map(ConnectorConfig::name).toList();
  }

  private Duration drainTime() {
    try {
      return Durations.parse(drain);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--drain is '" + drain + "'; write a duration such as 30s or 2m", e);
    }
  }
}
