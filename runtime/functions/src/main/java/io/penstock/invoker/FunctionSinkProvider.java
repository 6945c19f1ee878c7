package io.penstock.invoker;

import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.ServerAddress;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Makes sinks of type {@code function}, which call another function with each event; found by {@link
 * java.util.ServiceLoader}.
 */
public final class FunctionSinkProvider implements SinkProvider {

  static final ConfigKey<Object> FUNCTION =
      ConfigKey.json("function")
          .required()
          .doc(
              "What is called: an object with a type and its settings, as a connector's function.");

  static final ConfigKey<Duration> TIMEOUT =
      ConfigKey.duration("timeout")
          .defaultsTo(Duration.ofSeconds(30))
          .between(Duration.ofMillis(1), Duration.ofHours(1))
          .doc("How long a call may take.");

  static final ConfigKey<Long> MAX_HOPS =
      ConfigKey.integer("maxHops")
          .defaultsTo(16L)
          .between(1L, 1_000L)
          .doc(
              "An event that so many sinks have handed on already, one function after another, is"
                  + " refused: it goes in a circle.");

  private static final ConfigKey<String> TYPE = ConfigKey.text("type").required().doc("Its type.");

  private static final ConfigSpec SPEC = ConfigSpec.of(FUNCTION, TIMEOUT, MAX_HOPS);

  /** How many calls run at a time at most, whatever the sink's limit finds. */
  private static final int MOST = 1_000;

  /** For {@link java.util.ServiceLoader}. */
  public FunctionSinkProvider() {}

  @Override
  public String type() {
    return "function";
  }

  @Override
  public String doc() {
    return "Calls another function with each event; what that makes is not delivered any further.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("function", Map.of("type", "http", "url", "http://localhost:9000/notify"));
  }

  private record Read(FunctionProvider provider, Settings settings) {}

  private static Optional<Read> read(Settings sink, Problems problems) {
    String path = sink.path() + "." + FUNCTION.name();
    Object tree = sink.get(FUNCTION);
    if (!(tree instanceof Map<?, ?> map) || !(map.get(TYPE.name()) instanceof String type)) {
      problems.add(path, "something else", "an object with a \"type\"");
      return Optional.empty();
    }
    Map<String, FunctionProvider> providers = new TreeMap<>();
    ServiceLoader.load(FunctionProvider.class).forEach(p -> providers.put(p.type(), p));
    FunctionProvider provider = providers.get(type);
    if (provider == null) {
      problems.addUnknown(path + "." + TYPE.name(), type, providers.keySet());
      return Optional.empty();
    }
    return Optional.of(
        new Read(provider, ConfigSpec.of(TYPE).with(provider.spec()).read(map, path, problems)));
  }

  @Override
  public void check(Settings settings, Path baseDirectory, Problems problems) {
    int before = problems.size();
    Optional<Read> read = read(settings, problems);
    if (read.isPresent() && problems.size() == before) {
      read.get().provider().check(read.get().settings(), baseDirectory, problems);
    }
  }

  private static Read read(Settings settings) {
    return read(settings, new Problems()).orElseThrow();
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    Read read = read(settings);
    return read.provider().servers(read.settings());
  }

  @Override
  public List<Path> files(Settings settings, Path baseDirectory) {
    Read read = read(settings);
    return read.provider().files(read.settings(), baseDirectory);
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    Read read = read(settings);
    return new FunctionSink(
        connector -> make(read, connector, baseDirectory),
        settings.get(TIMEOUT),
        settings.get(MAX_HOPS));
  }

  private static FunctionInvoker make(Read read, String connector, Path baseDirectory) {
    return read.provider()
        .create(
            new FunctionContext(connector + "-sink", "default", MOST, baseDirectory),
            read.settings());
  }

  /** Sinks that call the same servers share their limit; a java function has one by itself. */
  @Override
  public String destination(Settings settings) {
    Read read = read(settings);
    List<ServerAddress> servers = read.provider().servers(read.settings());
    return "function "
        + read.provider().type()
        + " "
        + (servers.isEmpty() ? settings.path() : servers.toString());
  }
}
