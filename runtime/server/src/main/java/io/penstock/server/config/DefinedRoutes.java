package io.penstock.server.config;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.RouteDefiner;
import io.penstock.connector.RouteDefiner.Checked;
import io.penstock.connector.RouteDefiner.Definition;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.Routes;
import io.penstock.server.config.ConnectorConfig.FunctionConfig;
import io.penstock.server.config.ConnectorConfig.RouteConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of a connector's file, and those that its source defines while it runs. The latter are
 * made when they are named, and may be closed while nothing comes for them.
 */
final class DefinedRoutes implements Routes, RouteDefiner.Check {

  private static final Logger LOG = LoggerFactory.getLogger(DefinedRoutes.class);
  private static final int LOADERS = 2;

  private final ConnectorConfig config;
  private final Map<String, RoutePlan> byName;
  private final RouteDefiner definer;
  private final Plugins plugins;
  private final Function<String, @Nullable String> environment;
  private final Executor loaders;

  DefinedRoutes(
      ConnectorConfig config,
      Map<String, RoutePlan> byName,
      RouteDefiner definer,
      Plugins plugins,
      Function<String, @Nullable String> environment) {
    this.config = config;
    this.byName = Map.copyOf(byName);
    this.definer = definer;
    this.plugins = plugins;
    this.environment = environment;
    this.loaders = loaders(config.name());
  }

  /** Threads that end by themselves when they have nothing to load. */
  private static Executor loaders(String connector) {
    ThreadPoolExecutor loaders =
        new ThreadPoolExecutor(
            LOADERS,
            LOADERS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "penstock-" + connector + "-loader");
              thread.setDaemon(true);
              return thread;
            });
    loaders.allowCoreThreadTimeOut(true);
    return loaders;
  }

  @Override
  public Set<String> names() {
    return byName.keySet();
  }

  @Override
  public boolean mayGrow() {
    return true;
  }

  @Override
  public boolean isEvictable(String name) {
    return !byName.containsKey(name);
  }

  @Override
  public Optional<RoutePlan> route(String name) {
    RoutePlan known = byName.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    try {
      return definer.definition(name).flatMap(definition -> route(name, definition));
    } catch (RuntimeException | LinkageError e) { // one definition must not end the connector
      LOG.error("{}: route '{}' can't be made", config.name(), name, e);
      return Optional.empty();
    }
  }

  private Optional<RoutePlan> route(String name, Definition definition) {
    Reading reading = read(definition);
    if (reading.route().isEmpty()) {
      LOG.error(
          "{}: function '{}' of account '{}' can't be made any more: {}",
          config.name(),
          definition.function(),
          definition.account(),
          reading.shown());
      return Optional.empty();
    }
    RouteConfig route = reading.route().get();
    FunctionConfig function = route.function();
    FunctionInvoker lazy = new LazyFunction(() -> make(function, definition), loaders);
    return Optional.of(
        PlanMaker.plan(
            name,
            route,
            new FunctionPlan(
                definition.function(),
                definition.account(),
                lazy,
                function.timeout(),
                function.concurrency()),
            definition.baseDirectory()));
  }

  private static FunctionInvoker make(FunctionConfig function, Definition definition) {
    return function
        .part()
        .provider()
        .create(
            new FunctionContext(
                definition.function(),
                definition.account(),
                function.concurrency().max(),
                definition.baseDirectory()),
            function.part().settings());
  }

  @Override
  public Checked check(Definition definition) {
    List<String> literal = new ArrayList<>();
    secrets(definition.tree().get(ConnectorKeys.ROUTE_FUNCTION.name()), "$.function", literal);
    for (ConfigKey<?> sinks :
        List.of(ConnectorKeys.ON_SUCCESS, ConnectorKeys.ON_FAILURE, ConnectorKeys.ON_STOP)) {
      if (definition.tree().get(sinks.name()) instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          secrets(list.get(i), "$." + sinks.name() + "[" + i + "]", literal);
        }
      }
    }
    Reading reading = read(definition);
    if (!literal.isEmpty() || reading.route().isEmpty()) {
      literal.addAll(reading.shown());
      return new Checked(literal, List.of());
    }
    FunctionConfig function = reading.route().get().function();
    List<Path> files =
        function.part().provider().files(function.part().settings(), definition.baseDirectory());
    try (FunctionInvoker made = make(function, definition)) {
      LOG.debug("{} can be made: {}", definition.function(), made);
    } catch (ConnectorException e) {
      return new Checked(List.of("$.function: " + reading.masked(e.getMessage())), files);
    } catch (RuntimeException | LinkageError e) {
      return new Checked(List.of("$.function: " + reading.masked(e.toString())), files);
    }
    return new Checked(List.of(), files);
  }

  /** A secret that is written out would be kept with the definition, and shown with it. */
  private void secrets(@Nullable Object part, String path, List<String> problems) {
    if (!(part instanceof Map<?, ?> map) || !(map.get("type") instanceof String type)) {
      return;
    }
    var function = plugins.functions().get(type);
    var sink = plugins.sinks().get(type);
    List<ConfigKey<?>> keys = new ArrayList<>();
    if (path.equals("$.function") && function != null) {
      keys.addAll(function.spec().keys());
    } else if (sink != null) {
      keys.addAll(sink.spec().keys());
    }
    for (ConfigKey<?> key : keys) {
      if (key.secret() && map.get(key.name()) instanceof String text && !text.contains("${")) {
        problems.add(
            path
                + "."
                + key.name()
                + ": a secret; write ${env:NAME} or ${file:PATH}, for definitions are kept and"
                + " shown");
      }
    }
  }

  /**
   * A definition that was read.
   *
   * @param route empty if something is wrong
   * @param shown what that is
   */
  private record Reading(
      Optional<RouteConfig> route, List<String> shown, Substitution substitution) {
    String masked(@Nullable String text) {
      return substitution.masked(String.valueOf(text));
    }
  }

  private Reading read(Definition definition) {
    Problems problems = new Problems();
    Substitution substitution = new Substitution(environment, config.baseDirectory(), problems);
    Object tree = substitution.apply(definition.tree(), "$");
    ConnectorReader reader = new ConnectorReader(plugins, definition.baseDirectory(), problems);
    Optional<Object> source =
        config.tree() instanceof Map<?, ?> top
            ? Optional.ofNullable(top.get(ConnectorKeys.SOURCE.name()))
            : Optional.empty();
    Optional<RouteConfig> route =
        new RouteReader(
                reader,
                new PolicyReader(problems),
                problems,
                Inherited.of(source, Optional.of(config.body().source()), plugins),
                config.body().source().part().provider().keepsFailures(),
                config.body().source().part().provider().stopsEvents())
            .one(
                definition.function(),
                tree instanceof Map<?, ?> map ? map : Map.of(),
                config.body().delivery().retry());
    List<String> shown = new ArrayList<>();
    for (Problem problem : problems.list()) {
      shown.add(substitution.hide(problem).toString());
    }
    return new Reading(problems.isEmpty() ? route : Optional.empty(), shown, substitution);
  }
}
