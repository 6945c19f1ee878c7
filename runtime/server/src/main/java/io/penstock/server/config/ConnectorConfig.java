package io.penstock.server.config;

import io.penstock.connector.Codec;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.Plugin;
import io.penstock.connector.ServerAddress;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.Settings;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.filter.EventPattern;
import io.penstock.engine.transform.Transform;
import io.penstock.functions.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A connector as its file says, checked; nothing is made yet. Immutable; may hold secrets. */
public final class ConnectorConfig {

  /** A source, function or sink with its settings, which also say where in the file they stand. */
  record Part<P extends Plugin>(P provider, Settings settings) {}

  /** A source and how its payloads are read. */
  record SourceConfig(Part<SourceProvider> part, Codec format) {}

  /** A function. */
  record FunctionConfig(
      Part<FunctionProvider> part, String name, Duration timeout, ConcurrencyPolicy concurrency) {}

  /** A sink. */
  record SinkConfig(
      Part<SinkProvider> part,
      String name,
      String destination,
      ConcurrencyPolicy concurrency,
      Optional<EventPattern> filter,
      Optional<Transform> transform,
      RetryPolicy retry) {}

  /** What becomes of events that can't be handled. */
  enum OnFailure {
    HALT,
    DROP,
    DEAD_LETTER
  }

  /** The connector without where it stands. */
  record Body(
      String name,
      SourceConfig source,
      Optional<EventPattern> filter,
      Optional<Transform> transform,
      Optional<FunctionConfig> function,
      Map<String, RouteConfig> routes,
      DeliveryPolicy delivery,
      List<SinkConfig> onSuccess,
      OnFailure onFailure,
      List<SinkConfig> failureSinks,
      List<SinkConfig> onStop) {

    List<SinkConfig> sinks() {
      return Stream.of(onSuccess, failureSinks, onStop).flatMap(List::stream).toList();
    }
  }

  /** What is to be done with events that name it. */
  record RouteConfig(
      FunctionConfig function,
      RetryPolicy retry,
      List<SinkConfig> onSuccess,
      OnFailure onFailure,
      List<SinkConfig> failureSinks,
      List<SinkConfig> onStop) {

    List<SinkConfig> sinks() {
      return Stream.of(onSuccess, failureSinks, onStop).flatMap(List::stream).toList();
    }
  }

  private final Path file;
  private final @Nullable Object tree;
  private final Body body;

  /**
   * @param tree it was read from, with everything put in that comes from outside
   */
  ConnectorConfig(Path file, @Nullable Object tree, Body body) {
    this.file = file;
    this.tree = tree;
    this.body = body;
  }

  /** Whether the other would run in the same way: it says the same, in the same folder. */
  public boolean isSameAs(ConnectorConfig other) {
    return Objects.equals(tree, other.tree) && baseDirectory().equals(other.baseDirectory());
  }

  /** Its name, unique among all that were loaded together. */
  public String name() {
    return body.name();
  }

  /** The file it stands in. */
  public Path file() {
    return file;
  }

  /** What would become of an event, without running anything. */
  public ExplainedEvent explain(Event event) {
    return ExplainedEvent.of(body, event);
  }

  /** The servers of its source, function and sinks, by what connects to them. */
  public Map<String, List<ServerAddress>> servers() {
    Map<String, List<ServerAddress>> servers = new LinkedHashMap<>();
    servers.put("source", servers(body.source().part()));
    body.function().ifPresent(function -> servers.put("function", servers(function.part())));
    body.routes()
        .forEach(
            (name, route) -> {
              servers.put("function of route '" + name + "'", servers(route.function().part()));
              route
                  .sinks()
                  .forEach(sink -> servers.put("sink '" + sink.name() + "'", servers(sink.part())));
            });
    body.sinks().forEach(sink -> servers.put("sink '" + sink.name() + "'", servers(sink.part())));
    return servers;
  }

  private static <P extends Plugin> List<ServerAddress> servers(Part<P> part) {
    return part.provider().servers(part.settings());
  }

  /** The local files and folders that it must be made anew for when they change. */
  public List<Path> files() {
    return body.function()
        .map(f -> f.part().provider().files(f.part().settings(), baseDirectory()))
        .orElse(List.of());
  }

  /** What it keeps in memory at most, in bytes. */
  public long memoryBytes() {
    return body.delivery().window().maxBytes();
  }

  /** The routes that its events name. */
  public Set<String> routes() {
    return body.routes().keySet();
  }

  /** Whether events of a route that can't be handled are given up; empty is its own. */
  public boolean dropsFailures(Optional<String> route) {
    RouteConfig named = route.map(body.routes()::get).orElse(null);
    return (named == null ? body.onFailure() : named.onFailure()) == OnFailure.DROP;
  }

  /** How the payloads of its source are read. */
  public Codec format() {
    return body.source().format();
  }

  /** The type of the function of a route, if it has one; empty is its own. */
  public Optional<String> functionType(Optional<String> route) {
    Optional<FunctionConfig> function =
        route.isEmpty()
            ? body.function()
            : Optional.ofNullable(body.routes().get(route.get())).map(RouteConfig::function);
    return function.map(one -> one.part().provider().type());
  }

  /** The names of its sinks: those of onSuccess, onFailure and onStop; then those of routes. */
  public List<String> sinkNames() {
    List<SinkConfig> sinks = new ArrayList<>(body.sinks());
    body.routes().values().forEach(route -> sinks.addAll(route.sinks()));
    return sinks.stream().map(SinkConfig::name).toList();
  }

  /** What it was read from. */
  @Nullable Object tree() {
    return tree;
  }

  /** The folder that relative paths start from. */
  Path baseDirectory() {
    return directoryOf(file);
  }

  Body body() {
    return body;
  }

  static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
