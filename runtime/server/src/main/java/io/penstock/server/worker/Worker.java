package io.penstock.server.worker;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.SharedDatabase;
import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.SourceStores;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.PlanMaker;
import io.penstock.server.config.PlanMaker.Cause;
import io.penstock.server.config.PlanMaker.Failure;
import io.penstock.server.errors.StartCode;
import io.penstock.server.errors.StartProblem;
import io.penstock.server.http.HttpAddress;
import io.penstock.server.http.HttpStartException;
import io.penstock.server.http.SourceRoutes;
import io.penstock.server.http.WorkerHttpServer;
import io.penstock.server.log.EventLogs;
import io.penstock.server.metrics.WorkerMetrics;
import io.penstock.storage.PostgresAddress;
import io.penstock.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker. It starts as a whole or not at all, in this order: data folder, everything the
 * connectors are made of, HTTP, connectors. A broker that is away is no obstacle: its connector
 * goes on trying, and shows that. Thread-safe.
 */
public final class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** What a connector's own bounded stop may need beyond the drain: commit and closing clients. */
  private static final Duration BEYOND_DRAIN = Duration.ofSeconds(30);

  /**
   * How a worker is started.
   *
   * @param connectors what it runs
   * @param data its folder; one worker at a time uses it
   * @param sharedState the PostgreSQL that keeps its state; empty keeps it in the folder
   * @param address where it listens
   * @param version shown in its metrics
   * @param failpoints where it may be stopped, for tests
   */
  public record Options(
      List<ConnectorConfig> connectors,
      Path data,
      Optional<PostgresAddress> sharedState,
      HttpAddress address,
      String version,
      Failpoints failpoints) {
    /** Copies. */
    public Options {
      connectors = List.copyOf(connectors);
    }
  }

  private final Storage storage;
  private final Engine engine;
  private final WorkerHttpServer http;
  private boolean stopped;

  private Worker(Storage storage, Engine engine, WorkerHttpServer http) {
    this.storage = storage;
    this.engine = engine;
    this.http = http;
  }

  /**
   * Starts a worker.
   *
   * @throws WorkerStartException if anything stands in the way; nothing runs then
   */
  public static Worker start(Options options) throws WorkerStartException {
    try (PlanMaker maker = new PlanMaker()) {
      Storage storage = open(options);
      Engine engine = null;
      WorkerHttpServer http = null;
      try {
        List<ConnectorPlan> plans = maker.make(options.connectors());
        if (!maker.failures().isEmpty()) {
          throw notMade(maker.failures());
        }
        engine = Engine.start(environment(storage, options.failpoints()));
        http =
            WorkerHttpServer.start(
                options.address(), engine, routes(plans), new WorkerMetrics(options.version()));
        for (ConnectorPlan plan : plans) {
          engine.add(plan);
          maker.handOver(plan.name());
        }
        return new Worker(storage, engine, http);
      } catch (WorkerStartException e) {
        undo(storage, engine, http);
        throw e;
      } catch (HttpStartException e) {
        undo(storage, engine, http);
        throw new WorkerStartException(StartCode.CANNOT_LISTEN, e);
      } catch (ConnectorException e) { // of the state that the engine reads
        undo(storage, engine, http);
        throw new WorkerStartException(StartCode.DATA_FOLDER, e);
      } catch (RuntimeException e) {
        undo(storage, engine, http);
        throw e;
      }
    }
  }

  private static void undo(
      Storage storage, @Nullable Engine engine, @Nullable WorkerHttpServer http) {
    if (engine != null) {
      engine.close(Duration.ZERO);
    }
    if (http != null) {
      http.close();
    }
    storage.close();
  }

  private static EngineEnvironment environment(Storage storage, Failpoints failpoints) {
    return EngineEnvironment.real(
        storage.state(),
        new SourceStores(
            storage.sourceState(),
            storage.state(),
            storage.leases(),
            storage::sourceFolder,
            storage.database().map(SharedDatabase::new),
            EventLogs.ofThisProcess()),
        failpoints);
  }

  private static Storage open(Options options) throws WorkerStartException {
    try {
      return Storage.open(
          new Storage.Options(
              options.data(), options.sharedState(), Clock.systemUTC(), options.failpoints()));
    } catch (ConnectorException e) {
      throw new WorkerStartException(StartCode.DATA_FOLDER, e);
    }
  }

  private static WorkerStartException notMade(List<Failure> failures) {
    return new WorkerStartException(
        failures.stream().anyMatch(f -> f.cause() == Cause.CONFIG)
            ? Cause.CONFIG
            : Cause.ENVIRONMENT,
        failures.stream()
            .map(f -> new StartProblem(f.code(), where(f) + "\n    " + f.text()))
            .toList());
  }

  private static String where(Failure failure) {
    return failure.file() + "  " + failure.path() + " of '" + failure.connector() + "'";
  }

  private static List<SourceRoutes> routes(List<ConnectorPlan> plans) {
    List<SourceRoutes> routes = new ArrayList<>();
    for (ConnectorPlan plan : plans) {
      if (plan.source() instanceof HttpRoute.Owner owner) {
        routes.add(new SourceRoutes(plan.name(), owner.httpRoutes()));
      }
    }
    return routes;
  }

  /** A connector that is made and not started. Whoever asked for it starts or closes it. */
  public final class Prepared implements AutoCloseable {

    private final PlanMaker maker;
    private final ConnectorPlan plan;

    private Prepared(PlanMaker maker, ConnectorPlan plan) {
      this.maker = maker;
      this.plan = plan;
    }

    /**
     * Starts it; none of its name may run.
     *
     * @throws WorkerStartException if its state can't be read; it is closed then
     */
    public void start() throws WorkerStartException {
      try {
        engine.add(plan);
      } catch (ConnectorException e) {
        close();
        throw new WorkerStartException(StartCode.DATA_FOLDER, e);
      }
      maker.handOver(plan.name());
      // Also if it has none, as the one before it may have had some.
      http.unmount(plan.name());
      routes(List.of(plan)).forEach(http::mount);
    }

    /** Frees what it is made of, unless it was started. */
    @Override
    public void close() {
      maker.close();
    }
  }

  /**
   * Makes a connector, so that it can be started when the one of its name has stopped.
   *
   * @throws WorkerStartException if anything of it can't be made
   */
  public Prepared prepare(ConnectorConfig connector) throws WorkerStartException {
    PlanMaker maker = new PlanMaker();
    List<ConnectorPlan> plans = maker.make(List.of(connector));
    if (plans.isEmpty()) {
      throw notMade(maker.failures());
    }
    return new Prepared(maker, plans.get(0));
  }

  /**
   * Stops one connector, with this time for what is under way.
   *
   * @return completes with how many events were still under way; they will be handled again
   */
  public CompletableFuture<Integer> stop(String connector, Duration drain) {
    return engine
        .connector(connector)
        .map(running -> running.stop(drain).toCompletableFuture())
        .orElseGet(() -> CompletableFuture.completedFuture(0));
  }

  /** The routes of a connector's source are no more. */
  public void forget(String connector) {
    http.unmount(connector);
  }

  /** What runs the connectors. */
  public Engine engine() {
    return engine;
  }

  /** Where it listens, with the port that was taken. */
  public HttpAddress address() {
    return http.address();
  }

  /**
   * Stops: the connectors side by side, each with this time for what is under way, then everything
   * else. Bounded in time. A second call does nothing.
   *
   * @return how many events were still under way, by connector, where there were any; they are not
   *     settled and will be handled again
   */
  public synchronized Map<String, Integer> stop(Duration drain) {
    if (stopped) {
      return Map.of();
    }
    stopped = true;
    http.announceStop();
    Map<String, CompletableFuture<Integer>> stops = new TreeMap<>();
    for (Connector connector : engine.connectors()) {
      stops.put(connector.name(), connector.stop(drain).toCompletableFuture());
    }
    Map<String, Integer> left = new TreeMap<>();
    long deadline = System.nanoTime() + drain.plus(BEYOND_DRAIN).toNanos();
    stops.forEach(
        (name, stop) -> {
          int events = await(name, stop, deadline);
          if (events > 0) {
            left.put(name, events);
          }
        });
    engine.close(Duration.ZERO);
    http.close();
    storage.close();
    return left;
  }

  private static int await(String name, CompletableFuture<Integer> stop, long deadline) {
    try {
      return stop.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn("connector '{}' did not stop in time and is left behind", name);
    } catch (ExecutionException e) {
      LOG.warn("connector '{}' failed while it stopped", name, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("the stop of connector '{}' was interrupted", name);
    }
    return 0;
  }
}
