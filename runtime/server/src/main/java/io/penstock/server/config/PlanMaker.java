package io.penstock.server.config;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.RouteDefiner;
import io.penstock.connector.Sink;
import io.penstock.connector.Source;
import io.penstock.connector.config.Settings;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.Routes;
import io.penstock.engine.SinkPlan;
import io.penstock.server.config.ConnectorConfig.Body;
import io.penstock.server.config.ConnectorConfig.FunctionConfig;
import io.penstock.server.config.ConnectorConfig.OnFailure;
import io.penstock.server.config.ConnectorConfig.RouteConfig;
import io.penstock.server.config.ConnectorConfig.SinkConfig;
import io.penstock.server.errors.StartCode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sources, functions and sinks of checked configs, all or none: after a failure it goes on, so
 * that every failure is known, and then closes what it made. Used once, by one thread.
 */
public final class PlanMaker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PlanMaker.class);
  private static final String ACCOUNT = "default";

  /**
   * Something that couldn't be made although its config is right.
   *
   * @param connector its name
   * @param file it stands in
   * @param code what kind of thing
   * @param path of the source, function or sink, for example {@code $.function}
   * @param text what failed and what to do
   * @param cause whose fault it is
   */
  public record Failure(
      String connector, Path file, StartCode code, String path, String text, Cause cause) {}

  /** Whose fault a failure is. */
  public enum Cause {
    /** The file names something that isn't there or isn't right. */
    CONFIG,
    /** Something else of this machine. */
    ENVIRONMENT
  }

  /**
   * Makes the parts of connectors, or lets something stand in for them. What is given is what makes
   * the real one.
   */
  public interface Parts {

    /** Makes all of them as they are. */
    Parts REAL = new Parts() {};

    /** A source. */
    default Source source(Supplier<Source> real) {
      return real.get();
    }

    /** A function. */
    default FunctionInvoker function(Supplier<FunctionInvoker> real) {
      return real.get();
    }

    /** The sink of that name. */
    default Sink sink(String name, Supplier<Sink> real) {
      return real.get();
    }
  }

  private record Made(String connector, AutoCloseable thing) {}

  private final Parts parts;
  private final Deque<Made> made = new ArrayDeque<>();
  private final List<Failure> failures = new ArrayList<>();

  /** Makes everything as it is. */
  public PlanMaker() {
    this(Parts.REAL);
  }

  /** Makes of each part what {@code parts} makes of it. */
  public PlanMaker(Parts parts) {
    this.parts = parts;
  }

  /**
   * Makes plans of all these configs.
   *
   * @return in the same order; empty if anything failed, see {@link #failures()}
   */
  public List<ConnectorPlan> make(List<ConnectorConfig> configs) {
    List<ConnectorPlan> plans = new ArrayList<>();
    for (ConnectorConfig config : configs) {
      plan(config).ifPresent(plans::add);
    }
    if (failures.isEmpty()) {
      return plans;
    }
    close();
    return List.of();
  }

  /** Everything that couldn't be made. */
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** What was made for a connector belongs to somebody else now; {@link #close} leaves it alone. */
  public void handOver(String connector) {
    made.removeIf(one -> one.connector().equals(connector));
  }

  /** Closes what was made and not handed over, last first. */
  @Override
  public void close() {
    while (!made.isEmpty()) {
      AutoCloseable last = made.pop().thing();
      try {
        last.close();
      } catch (Exception e) {
        LOG.warn("closing {}, which was never started, failed", last.getClass().getName(), e);
      }
    }
  }

  private Optional<ConnectorPlan> plan(ConnectorConfig config) {
    Body body = config.body();
    Path directory = config.baseDirectory();
    var source =
        tried(
            config,
            StartCode.SOURCE_NOT_MADE,
            body.source().part().settings(),
            () ->
                parts.source(
                    () ->
                        body.source()
                            .part()
                            .provider()
                            .create(body.source().part().settings(), directory)));
    Optional<FunctionPlan> function = body.function().flatMap(f -> function(config, f));
    List<SinkPlan> onSuccess = sinks(config, body.onSuccess());
    List<SinkPlan> failureSinks = sinks(config, body.failureSinks());
    List<SinkPlan> onStop = sinks(config, body.onStop());
    Routes routes = routes(config, routes(config), source);
    if (!failures.isEmpty() || source.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ConnectorPlan(
            body.name(),
            source.get(),
            body.source().format(),
            body.filter().map(filter -> filter),
            body.transform(),
            function,
            body.delivery(),
            onSuccess,
            failurePlan(body.onFailure(), failureSinks),
            onStop,
            routes));
  }

  private static Routes routes(
      ConnectorConfig config, Map<String, RoutePlan> named, Optional<Source> source) {
    if (source.isPresent() && source.get() instanceof RouteDefiner definer) {
      DefinedRoutes routes =
          new DefinedRoutes(config, named, definer, Plugins.load(), System::getenv);
      definer.checkWith(routes);
      return routes;
    }
    return named.isEmpty() ? Routes.NONE : new NamedRoutes(named);
  }

  /** The plan of a route whose function is there. */
  static RoutePlan plan(String name, RouteConfig route, FunctionPlan function, Path directory) {
    return new RoutePlan(
        name,
        Optional.of(function),
        route.retry(),
        sinks(route.onSuccess(), directory),
        failurePlan(route.onFailure(), sinks(route.failureSinks(), directory)),
        sinks(route.onStop(), directory));
  }

  private static List<SinkPlan> sinks(List<SinkConfig> sinks, Path directory) {
    List<SinkPlan> plans = new ArrayList<>();
    for (SinkConfig sink : sinks) {
      plans.add(plan(sink, sink.part().provider().create(sink.part().settings(), directory)));
    }
    return plans;
  }

  private static SinkPlan plan(SinkConfig config, Sink sink) {
    return new SinkPlan(
        config.name(),
        sink,
        config.destination(),
        config.concurrency(),
        config.filter().map(filter -> filter),
        config.transform(),
        config.retry());
  }

  /** The routes of a connector's file. */
  private record NamedRoutes(Map<String, RoutePlan> byName) implements Routes {

    @Override
    public Optional<RoutePlan> route(String name) {
      return Optional.ofNullable(byName.get(name));
    }

    @Override
    public Set<String> names() {
      return byName.keySet();
    }
  }

  private Map<String, RoutePlan> routes(ConnectorConfig config) {
    Map<String, RoutePlan> plans = new LinkedHashMap<>();
    config
        .body()
        .routes()
        .forEach(
            (name, route) -> {
              Optional<FunctionPlan> function = function(config, route.function());
              List<SinkPlan> onSuccess = sinks(config, route.onSuccess());
              List<SinkPlan> failureSinks = sinks(config, route.failureSinks());
              List<SinkPlan> onStop = sinks(config, route.onStop());
              plans.put(
                  name,
                  new RoutePlan(
                      name,
                      function,
                      route.retry(),
                      onSuccess,
                      failurePlan(route.onFailure(), failureSinks),
                      onStop));
            });
    return plans;
  }

  private Optional<FunctionPlan> function(ConnectorConfig config, FunctionConfig function) {
    Settings settings = function.part().settings();
    FunctionContext context =
        new FunctionContext(
            function.name(), ACCOUNT, function.concurrency().max(), config.baseDirectory());
    return tried(
            config,
            StartCode.FUNCTION_NOT_MADE,
            settings,
            () -> parts.function(() -> function.part().provider().create(context, settings)))
        .map(
            invoker ->
                new FunctionPlan(
                    function.name(), ACCOUNT, invoker, function.timeout(), function.concurrency()));
  }

  private static FailurePlan failurePlan(OnFailure onFailure, List<SinkPlan> sinks) {
    return switch (onFailure) {
      case HALT -> new FailurePlan.Halt();
      case DROP -> new FailurePlan.Drop();
      case DEAD_LETTER -> new FailurePlan.DeadLetter(sinks);
    };
  }

  private List<SinkPlan> sinks(ConnectorConfig config, List<SinkConfig> sinks) {
    List<SinkPlan> plans = new ArrayList<>();
    for (SinkConfig sink : sinks) {
      Settings settings = sink.part().settings();
      tried(
              config,
              StartCode.SINK_NOT_MADE,
              settings,
              () ->
                  parts.sink(
                      sink.name(),
                      () -> sink.part().provider().create(settings, config.baseDirectory())))
          .ifPresent(s -> plans.add(plan(sink, s)));
    }
    return plans;
  }

  private <T extends AutoCloseable> Optional<T> tried(
      ConnectorConfig config, StartCode code, Settings settings, Supplier<T> make) {
    try {
      T thing = make.get();
      made.push(new Made(config.name(), thing));
      return Optional.of(thing);
    } catch (ConnectorException e) {
      fail(
          config,
          code,
          settings,
          e.getMessage(),
          e.category() == ConnectorException.Category.FATAL ? Cause.CONFIG : Cause.ENVIRONMENT);
    } catch (RuntimeException | LinkageError e) {
      // A class of the user that doesn't link is one failure among others, not the end of all.
      LOG.debug("making {} of '{}' failed", settings.path(), config.name(), e);
      fail(config, code, settings, e.toString(), Cause.ENVIRONMENT);
    }
    return Optional.empty();
  }

  private void fail(
      ConnectorConfig config,
      StartCode code,
      Settings settings,
      @Nullable String text,
      Cause cause) {
    failures.add(
        new Failure(
            config.name(), config.file(), code, settings.path(), text == null ? "" : text, cause));
  }
}
