package io.penstock.server.cli;

import io.penstock.broker.process.BrokerException;
import io.penstock.connector.config.Durations;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.PlanMaker.Cause;
import io.penstock.server.demo.Arrivals.Count;
import io.penstock.server.demo.DemoSystem;
import io.penstock.server.demo.DemoTraffic;
import io.penstock.server.errors.StartCode;
import io.penstock.server.http.HttpAddress;
import io.penstock.server.worker.Worker;
import io.penstock.server.worker.WorkerStartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows Penstock at work with a throw-away broker or database, or with tasks. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Starts a throw-away broker, sends orders to it, and runs the example connector that makes"
          + " invoices of them.",
      "With --seconds it ends with a count, and with 0 only if every invoice arrived."
    })
final class DemoCommand implements Callable<Integer> {

  private static final String EXAMPLES = "config-examples";
  private static final int USUAL_PORT = 8080;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Surroundings surroundings;

  @Mixin private final Output output = new Output();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long to send orders. Without it, until Ctrl-C.")
  private int seconds;

  @Option(
      names = "--with",
      paramLabel = "SYSTEM",
      defaultValue = "kafka",
      description =
          "What it runs on: kafka (the default), rocketmq, postgres (Linux on x86-64), or tasks,"
              + " which needs no broker.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String with;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Where HTTP listens, 0 for a free port. Default 8080, or a free port if that is in use.")
  private int port = -1;

  DemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (seconds < 0) {
      throw new ParameterException(spec.commandLine(), "--seconds must not be negative");
    }
    DemoSystem.Kind kind = kind();
    surroundings.stop().heed();
    // The story is for people; a program gets the count alone.
    PrintWriter out = output.isJson() ? spec.commandLine().getErr() : spec.commandLine().getOut();
    try {
      return run(kind, out);
    } catch (BrokerException e) {
      throw noBroker(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw new CommandFailure(
          ExitCode.ENVIRONMENT, StartCode.FILE_TROUBLE, String.valueOf(e.getMessage()));
    } catch (WorkerStartException e) {
      throw new CommandFailure(ExitCode.of(e.reason()), e.problems());
    }
  }

  private DemoSystem.Kind kind() {
    for (DemoSystem.Kind kind : DemoSystem.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(with)) {
        return kind;
      }
    }
    throw new ParameterException(
        spec.commandLine(),
        "--with wants kafka, rocketmq, postgres or tasks, found '" + with + "'");
  }

  private static CommandFailure noBroker(String message) {
    return new CommandFailure(ExitCode.ENVIRONMENT, StartCode.DEMO_BROKER, message);
  }

  private static CommandFailure broken(String message) {
    return new CommandFailure(ExitCode.ENVIRONMENT, StartCode.BROKEN_INSTALLATION, message);
  }

  private int run(DemoSystem.Kind kind, PrintWriter out)
      throws CommandFailure, InterruptedException, WorkerStartException {
    Path example = example(kind);
    if (kind.hasServer()) {
      say(out, "Starting a throw-away " + kind.title() + " in a process of its own ...");
    }
    try (DemoSystem system = kind.start(jars(kind));
        Scratch scratch = Scratch.make()) {
      if (kind.hasServer()) {
        say(out, "  it listens on " + system.address() + " (process " + system.pid() + ")");
      }
      Worker worker = worker(load(example, system.environment()), scratch.folder());
      try {
        say(out, "Running " + example);
        if (!awaitLanes(worker)) {
          return surroundings.stop().isRequested() ? ExitCode.OK : ExitCode.FAILED;
        }
        system.worker("http://" + worker.address());
        return show(out, worker, system, kind.perSecond());
      } finally {
        worker.stop(DRAIN);
      }
    }
  }

  /** Orders that wait for the connector to join its group would say little about its latency. */
  private boolean awaitLanes(Worker worker) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      boolean ready =
          worker.engine().connectors().stream()
              .map(connector -> connector.status().toCompletableFuture().join())
              .noneMatch(status -> status.lanes().isEmpty());
      if (ready) {
        return true;
      }
      if (surroundings.stop().await(Duration.ofMillis(50))) {
        return false;
      }
    }
    spec.commandLine()
        .getErr()
        .println("penstock: the connector got no partitions within " + PATIENCE.toSeconds() + " s");
    return false;
  }

  private int show(PrintWriter out, Worker worker, DemoSystem system, int perSecond)
      throws InterruptedException {
    CountDownLatch shown = new CountDownLatch(1);
    String url = "http://" + worker.address();
    say(out, "  " + perSecond + " orders a second -> those that are paid -> Java function");
    String connector = worker.engine().connectors().get(0).name();
    say(out, "  " + url + "/connectors/" + connector + "/status");
    say(out, "  " + url + "/metrics");
    try (DemoTraffic traffic =
        DemoTraffic.start(
            system,
            perSecond,
            (order, invoice) -> {
              say(out, "  an order    " + order);
              say(out, "  its invoice " + invoice);
              shown.countDown();
            })) {
      boolean first = shown.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      say(out, first ? "" : "  No invoice came within " + PATIENCE.toSeconds() + " s.");
      try (StatusReporter reporter = StatusReporter.start(worker.engine(), surroundings)) {
        if (seconds > 0) {
          surroundings.stop().await(Duration.ofSeconds(seconds));
        } else {
          say(out, "Ctrl-C ends it.");
          surroundings.stop().await();
        }
      }
      Count count = traffic.finish(PATIENCE);
      traffic.failures().forEach(e -> say(out, "The count is not to be trusted: " + e));
      summarize(out, count);
      if (output.isJson()) {
        output.object(count);
      }
      boolean good =
          count.missing() == 0 && count.unexpected() == 0 && traffic.failures().isEmpty();
      return good ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static void summarize(PrintWriter out, Count count) {
    say(out, String.format(Locale.ROOT, "  orders sent         %,10d", count.sent()));
    say(out, String.format(Locale.ROOT, "  of them paid        %,10d", count.expected()));
    say(out, String.format(Locale.ROOT, "  invoices arrived    %,10d", count.arrived()));
    say(out, String.format(Locale.ROOT, "  missing             %,10d", count.missing()));
    say(out, String.format(Locale.ROOT, "  duplicates          %,10d", count.duplicates()));
    say(out, String.format(Locale.ROOT, "  not to be there     %,10d", count.unexpected()));
    say(out, String.format(Locale.ROOT, "  invoices a second   %,10.0f", count.perSecond()));
    say(
        out,
        String.format(
            Locale.ROOT,
            "  end to end          %10.1f ms at the median, %.1f ms at the 99th percentile%s",
            count.p50Ms(),
            count.p99Ms(),
            count.warmUp().isZero()
                ? ""
                : ", after " + Durations.format(count.warmUp()) + " of warming up"));
    say(
        out,
        count.missing() == 0
            ? "Every invoice arrived."
            : "NOT every invoice arrived: that is a defect; please report it.");
  }

  private Path example(DemoSystem.Kind kind) throws CommandFailure {
    Path home =
        surroundings
            .home()
            .orElseThrow(() -> broken("start the demo with the launcher, ./penstock"));
    return home.resolve(EXAMPLES).resolve(kind.example());
  }

  /** Where a distribution has the broker's jars; null in a source tree. */
  private @Nullable Path jars(DemoSystem.Kind kind) {
    Path demo = surroundings.home().orElseThrow().resolve("demo");
    Path jars = demo.resolve(kind == DemoSystem.Kind.KAFKA ? "lib" : with);
    return Files.isDirectory(jars) ? jars : null;
  }

  /** The example as it is: only its environment is ours. */
  private Loaded load(Path example, Map<String, String> environment) throws CommandFailure {
    Surroundings ours =
        new Surroundings(
            name -> {
              String told = environment.get(name);
              return told == null ? surroundings.environment().apply(name) : told;
            },
            surroundings.stop(),
            surroundings.terminal(),
            surroundings.home(),
            surroundings.failpoints());
    Loaded loaded = ConnectorFiles.load(List.of(example), ours);
    if (!loaded.problems().isEmpty()) {
      ConnectorFiles.print(loaded, output);
      throw broken("its example " + example + " is not valid");
    }
    return loaded;
  }

  private Worker worker(Loaded loaded, Path data) throws WorkerStartException {
    int wanted = port >= 0 ? port : USUAL_PORT;
    try {
      return start(loaded, data, wanted);
    } catch (WorkerStartException e) {
      if (port >= 0 || e.reason() != Cause.ENVIRONMENT) {
        throw e;
      }
      return start(loaded, data, 0);
    }
  }

  private Worker start(Loaded loaded, Path data, int port) throws WorkerStartException {
    return Worker.start(
        new Worker.Options(
            loaded.connectors(),
            data,
            Optional.empty(),
            new HttpAddress(HttpAddress.LOOPBACK, port),
            Version.text(),
            surroundings.failpoints()));
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** A folder that is gone when the demo is over. */
  private record Scratch(Path folder) implements AutoCloseable {

    static Scratch make() {
      try {
        return new Scratch(Files.createTempDirectory("penstock-demo-"));
      } catch (IOException e) {
        throw new UncheckedIOException("no temporary folder could be made", e);
      }
    }

    @Override
    public void close() {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the temporary folder " + folder + " was not removed", e);
      }
    }
  }
}
