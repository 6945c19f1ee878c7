package io.penstock.server.config;

import io.penstock.connector.Codec;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.Plugin;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.filter.EventPattern;
import io.penstock.engine.transform.Transform;
import io.penstock.engine.transform.TransformForm;
import io.penstock.server.config.ConnectorConfig.Body;
import io.penstock.server.config.ConnectorConfig.FunctionConfig;
import io.penstock.server.config.ConnectorConfig.OnFailure;
import io.penstock.server.config.ConnectorConfig.Part;
import io.penstock.server.config.ConnectorConfig.RouteConfig;
import io.penstock.server.config.ConnectorConfig.SinkConfig;
import io.penstock.server.config.ConnectorConfig.SourceConfig;
import io.penstock.server.config.PolicyReader.Failures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connector out of a tree. It goes on after a problem, so that all of them are found. Not
 * thread-safe.
 */
final class ConnectorReader {

  private static final Pattern NAME = Pattern.compile(ConnectorKeys.NAME_PATTERN);

  private final Plugins plugins;
  private final Path directory;
  private final Problems problems;
  private final PolicyReader policies;

  ConnectorReader(Plugins plugins, Path directory, Problems problems) {
    this.plugins = plugins;
    this.directory = directory;
    this.problems = problems;
    this.policies = new PolicyReader(problems);
  }

  /**
   * Reads a connector.
   *
   * @param path where it stands, {@code $} or {@code $[3]}
   * @return empty if there was a problem
   */
  Optional<Body> read(@Nullable Object tree, String path) {
    if (!(tree instanceof Map<?, ?> raw)) {
      problems.add(ProblemCode.WRONG_TYPE, path, kind(tree), "a connector, which is an object");
      return Optional.empty();
    }
    int before = problems.list().size();
    Optional<SourceProvider> provider = provider(raw);
    Map<?, ?> filled = provider.isPresent() ? withDefaults(raw, provider.get()) : raw;
    Settings top = ConnectorKeys.CONNECTOR.read(filled, path, problems);
    top.find(ConnectorKeys.API_VERSION)
        .filter(version -> !version.equals(ConnectorKeys.API_VERSION_1))
        .ifPresent(
            version ->
                problems.addUnknown(
                    path + ".apiVersion", version, List.of(ConnectorKeys.API_VERSION_1)));
    Optional<String> name = top.find(ConnectorKeys.NAME).filter(n -> isName(n, path + ".name"));
    boolean keepsFailures = provider.filter(SourceProvider::keepsFailures).isPresent();
    Failures failures =
        keepsFailures || top.find(ConnectorKeys.ON_FAILURE).isPresent()
            ? Failures.GO_ON
            : Failures.HALT;

    Optional<SourceConfig> source =
        top.find(ConnectorKeys.SOURCE).flatMap(s -> source(s, path + ".source"));
    Inherited inherited = Inherited.of(top.find(ConnectorKeys.SOURCE), source, plugins);
    Optional<EventPattern> filter = filter(top, path, inherited.format());
    Optional<Transform> transform = transform(top, path, inherited.format());
    Optional<FunctionConfig> function =
        top.find(ConnectorKeys.FUNCTION)
            .flatMap(f -> function(f, path + ".function", name.orElse("")));
    Optional<DeliveryPolicy> delivery =
        top.find(ConnectorKeys.DELIVERY).flatMap(d -> policies.delivery(d, failures));

    Set<String> names = new HashSet<>();
    List<SinkConfig> onSuccess =
        top.find(ConnectorKeys.ON_SUCCESS)
            .map(list -> sinks(list, path + ".onSuccess", inherited, failures, names))
            .orElse(List.of());
    Optional<Object> onFailure = top.find(ConnectorKeys.ON_FAILURE);
    boolean drop = onFailure.filter(f -> isDrop(f, path + ".onFailure")).isPresent();
    List<SinkConfig> failureSinks =
        onFailure
            .filter(f -> !drop)
            // A dead letter's own failure halts the lane: that is an answer too.
            .map(f -> sinks(f, path + ".onFailure", inherited.letters(), Failures.GO_ON, names))
            .orElse(List.of());
    // Of a source that isn't known nothing can be said.
    boolean stopsEvents = provider.isEmpty() || provider.get().stopsEvents();
    List<SinkConfig> onStop = stopSinks(top, path, inherited, failures, names, stopsEvents);
    Map<String, RouteConfig> routes =
        delivery.isEmpty()
            ? Map.of()
            : new RouteReader(this, policies, problems, inherited, keepsFailures, stopsEvents)
                .read(top, path, delivery.get().retry());
    checkUse(top, path, provider);
    if (problems.list().size() > before) {
      return Optional.empty();
    }
    return Optional.of(
        new Body(
            name.orElseThrow(),
            source.orElseThrow(),
            filter,
            transform,
            function,
            routes,
            delivery.orElseThrow(),
            onSuccess,
            onFailure(drop, failureSinks, keepsFailures),
            failureSinks,
            onStop));
  }

  static OnFailure onFailure(boolean drop, List<SinkConfig> sinks, boolean keepsFailures) {
    if (drop || sinks.isEmpty() && keepsFailures) {
      return OnFailure.DROP;
    }
    return sinks.isEmpty() ? OnFailure.HALT : OnFailure.DEAD_LETTER;
  }

  /** The provider of the source, as far as one can tell before the file is known to be right. */
  private Optional<SourceProvider> provider(Map<?, ?> raw) {
    return raw.get(ConnectorKeys.SOURCE.name()) instanceof Map<?, ?> source
            && source.get(ConnectorKeys.TYPE.name()) instanceof String type
        ? Optional.ofNullable(plugins.sources().get(type))
        : Optional.empty();
  }

  private static Map<?, ?> withDefaults(Map<?, ?> raw, SourceProvider provider) {
    String delivery = ConnectorKeys.DELIVERY.name();
    Object given = raw.get(delivery);
    if (provider.deliveryDefaults().isEmpty() || given != null && !(given instanceof Map)) {
      return raw;
    }
    Map<Object, @Nullable Object> filled = new LinkedHashMap<>(raw);
    filled.put(
        delivery,
        merged(given instanceof Map<?, ?> map ? map : Map.of(), provider.deliveryDefaults()));
    return filled;
  }

  private static Map<Object, @Nullable Object> merged(Map<?, ?> given, Map<?, ?> defaults) {
    Map<Object, @Nullable Object> all = new LinkedHashMap<>(given);
    defaults.forEach(
        (name, value) -> {
          if (!all.containsKey(name)) {
            all.put(name, value);
          } else if (all.get(name) instanceof Map<?, ?> inner && value instanceof Map<?, ?> more) {
            all.put(name, merged(inner, more));
          }
        });
    return all;
  }

  boolean isName(String name, String path) {
    if (NAME.matcher(name).matches()) {
      return true;
    }
    problems.add(
        ProblemCode.BAD_NAME,
        path,
        "'" + name + "'",
        "1 to 100 letters, digits, '.', '_' and '-', a letter or digit first");
    return false;
  }

  private void checkUse(Settings top, String path, Optional<SourceProvider> provider) {
    boolean hasRoutes = top.find(ConnectorKeys.ROUTES).isPresent();
    if (hasRoutes && provider.filter(p -> !p.namesRoutes()).isPresent()) {
      problems.add(
          ProblemCode.CONFLICT,
          path + ".routes",
          "routes of a source '" + provider.get().type() + "'",
          "a function, as its events name no route");
    } else if (hasRoutes && top.find(ConnectorKeys.FUNCTION).isPresent()) {
      problems.add(
          ProblemCode.CONFLICT,
          path + ".routes",
          "both 'function' and 'routes'",
          "one of them: with routes, every event names its function");
    }
    Optional<Object> onSuccess = top.find(ConnectorKeys.ON_SUCCESS);
    boolean hasSink = onSuccess.filter(s -> !(s instanceof List<?> l && l.isEmpty())).isPresent();
    boolean mayGrow = provider.filter(SourceProvider::definesRoutes).isPresent();
    if (top.find(ConnectorKeys.FUNCTION).isEmpty() && !hasSink && !hasRoutes && !mayGrow) {
      problems.add(
          ProblemCode.NOTHING_TO_DO,
          path,
          "neither 'function' nor 'onSuccess'",
          "at least one of them",
          "without a function, events go from the source straight to the sinks of onSuccess");
    }
    if (top.find(ConnectorKeys.ON_STOP).isPresent()
        && top.find(ConnectorKeys.FUNCTION).isEmpty()
        && !hasSink) {
      problems.add(
          ProblemCode.CONFLICT,
          path + ".onStop",
          "onStop of a connector without a function of its own",
          "onStop beside the function that it is for, under routes or where that is registered");
    }
    if (top.find(ConnectorKeys.ON_FAILURE)
        .filter(f -> f instanceof List<?> l && l.isEmpty())
        .isPresent()) {
      problems.add(
          ProblemCode.WRONG_TYPE,
          path + ".onFailure",
          "an empty list",
          "a sink, or {\"type\": \"drop\"}",
          "leave onFailure out if a lane is to stop at an event that can't be handled");
    }
  }

  private Optional<SourceConfig> source(Object raw, String path) {
    Optional<Part<SourceProvider>> part =
        part(raw, path, plugins.sources(), ConnectorKeys.ANY_SOURCE);
    if (part.isEmpty()) {
      return Optional.empty();
    }
    return codec(part.get().settings().get(ConnectorKeys.FORMAT), path + ".format")
        .map(codec -> new SourceConfig(part.get(), codec));
  }

  private Optional<Codec> codec(Object format, String path) {
    if (format instanceof Map) {
      return part(format, path, plugins.codecProviders(), ConnectorKeys.ANY_FORMAT)
          .map(part -> part.provider().create(part.settings(), directory));
    }
    if (!(format instanceof String word)) {
      problems.add(
          ProblemCode.WRONG_TYPE, path, kind(format), "a text, or an object with a \"type\"");
      return Optional.empty();
    }
    Codec codec = plugins.codecs().get(word);
    if (codec == null) {
      problems.addUnknown(path, word, new TreeSet<>(plugins.codecs().keySet()));
    }
    return Optional.ofNullable(codec);
  }

  Optional<FunctionConfig> function(Object raw, String path, String connector) {
    Optional<Part<FunctionProvider>> part =
        part(raw, path, plugins.functions(), ConnectorKeys.ANY_FUNCTION);
    if (part.isEmpty()) {
      return Optional.empty();
    }
    Settings settings = part.get().settings();
    return policies
        .concurrency(settings.find(ConnectorKeys.CONCURRENCY))
        .map(
            concurrency ->
                new FunctionConfig(
                    part.get(),
                    settings.find(ConnectorKeys.FUNCTION_NAME).orElse(connector),
                    settings.get(ConnectorKeys.TIMEOUT),
                    concurrency));
  }

  boolean isDrop(Object raw, String path) {
    if (!(raw instanceof List<?> list)
        || list.stream()
            .noneMatch(
                s -> s instanceof Map<?, ?> m && ConnectorKeys.DROP_TYPE.equals(m.get("type")))) {
      return false;
    }
    if (list.size() > 1) {
      problems.add(
          path,
          "'drop' beside a sink",
          "either sinks or {\"type\": \"drop\"} alone",
          "an event that reached a failure sink is settled and needs no drop");
    } else if (list.get(0) instanceof Map<?, ?> drop) {
      ConnectorKeys.DROP.read(drop, path + "[0]", problems);
    }
    return true;
  }

  List<SinkConfig> sinks(
      Object raw, String path, Inherited inherited, Failures failures, Set<String> names) {
    if (!(raw instanceof List<?> list)) {
      problems.add(
          ProblemCode.WRONG_TYPE, path, kind(raw), "a list of sinks", "write [ ... ] around it");
      return List.of();
    }
    List<SinkConfig> sinks = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      sink(list.get(i), path + "[" + i + "]", inherited, failures, names).ifPresent(sinks::add);
    }
    return sinks;
  }

  /** The sinks for what was stopped, if the source can stop anything. */
  List<SinkConfig> stopSinks(
      Settings of,
      String path,
      Inherited inherited,
      Failures failures,
      Set<String> names,
      boolean stopsEvents) {
    Optional<Object> raw = of.find(ConnectorKeys.ON_STOP);
    if (raw.isEmpty()) {
      return List.of();
    }
    String at = path + ".onStop";
    if (!stopsEvents) {
      problems.add(
          ProblemCode.CONFLICT,
          at,
          "onStop of a source whose events can't be stopped",
          "no onStop, or a source 'tasks'");
    } else if (raw.get() instanceof List<?> list && list.isEmpty()) {
      problems.add(ProblemCode.WRONG_TYPE, at, "an empty list", "a sink, or no onStop");
    }
    return sinks(raw.get(), at, inherited, failures, names);
  }

  private Optional<SinkConfig> sink(
      @Nullable Object raw,
      String path,
      Inherited inherited,
      Failures failures,
      Set<String> names) {
    Optional<Part<SinkProvider>> part =
        part(inherited.into(raw), path, plugins.sinks(), ConnectorKeys.ANY_SINK);
    if (part.isEmpty()) {
      return Optional.empty();
    }
    Settings settings = part.get().settings();
    SinkProvider provider = part.get().provider();
    String name =
        settings.find(ConnectorKeys.SINK_NAME).orElse(placeOf(path) + " " + provider.type());
    if (!names.add(name)) {
      problems.add(
          ProblemCode.NAME_TAKEN,
          path + ".name",
          "'" + name + "'",
          "a name that no other sink of the connector has");
    }
    Optional<EventPattern> filter = filter(settings, path, inherited.format());
    Optional<Transform> transform = transform(settings, path, inherited.format());
    Optional<RetryPolicy> retry =
        policies.sinkRetry(settings.find(ConnectorKeys.SINK_RETRY), failures);
    Optional<ConcurrencyPolicy> concurrency =
        policies.concurrency(settings.find(ConnectorKeys.CONCURRENCY));
    if (retry.isEmpty() || concurrency.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SinkConfig(
            part.get(),
            name,
            provider.destination(settings),
            concurrency.get(),
            filter,
            transform,
            retry.get()));
  }

  /** Without a name of its own a sink is known by its place, and by its route if it has one. */
  private static String placeOf(String path) {
    int routes = path.indexOf(".routes.");
    return routes < 0
        ? path.substring(path.lastIndexOf('.') + 1)
        : path.substring(routes + ".routes.".length()).replaceFirst("\\.(on[A-Z])", " $1");
  }

  private Optional<EventPattern> filter(Settings settings, String path, Codec format) {
    return settings
        .find(ConnectorKeys.FILTER)
        .flatMap(
            tree ->
                EventPattern.compile(
                    tree, path + ".filter", format, problems.as(ProblemCode.WRONG_PATTERN)));
  }

  private Optional<Transform> transform(Settings settings, String path, Codec format) {
    return settings
        .find(ConnectorKeys.TRANSFORM)
        .flatMap(
            tree ->
                TransformForm.compile(
                    tree, path + ".transform", format, problems.as(ProblemCode.WRONG_TRANSFORM)));
  }

  /** A source, function or sink: the common keys and those of its type, read together. */
  private <P extends Plugin> Optional<Part<P>> part(
      @Nullable Object raw, String path, Map<String, P> known, ConfigSpec common) {
    if (!(raw instanceof Map<?, ?> map)) {
      problems.add(ProblemCode.WRONG_TYPE, path, kind(raw), "an object with a \"type\"");
      return Optional.empty();
    }
    Object type = map.get("type");
    if (!(type instanceof String word)) {
      problems.add(
          type == null ? ProblemCode.MISSING_KEY : ProblemCode.WRONG_TYPE,
          path + ".type",
          type == null ? "nothing" : kind(type),
          "one of " + String.join(", ", new TreeSet<>(known.keySet())));
      return Optional.empty();
    }
    P provider = known.get(word);
    if (provider == null) {
      problems.addUnknown(path + ".type", word, new TreeSet<>(known.keySet()));
      return Optional.empty();
    }
    int before = problems.list().size();
    Settings settings = common.with(provider.spec()).read(map, path, problems);
    if (problems.list().size() == before) {
      provider.check(settings, directory, problems);
    }
    return problems.list().size() == before
        ? Optional.of(new Part<>(provider, settings))
        : Optional.empty();
  }

  static String kind(@Nullable Object raw) {
    if (raw == null) {
      return "null";
    }
    if (raw instanceof Map) {
      return "an object";
    }
    if (raw instanceof List) {
      return "a list";
    }
    return raw instanceof String ? "a text" : raw.toString();
  }
}
