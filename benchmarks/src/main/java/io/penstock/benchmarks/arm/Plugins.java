package io.penstock.benchmarks.arm;

import io.penstock.connector.Codec;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.Plugin;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.StateStore;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.ConnectorStatus.LimitChange;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes Penstock's parts as its server does: found as services, settings read by their own spec.
 */
public final class Plugins {

  private static final int LAST_CHANGES = 12;
  private static final Path HERE = Path.of(".");

  private Plugins() {}

  static Source source(String type, Map<String, ?> settings) {
    SourceProvider provider = find(SourceProvider.class, type);
    return provider.create(read(provider, settings), HERE);
  }

  static Sink sink(String type, Map<String, ?> settings) {
    SinkProvider provider = find(SinkProvider.class, type);
    return provider.create(read(provider, settings), HERE);
  }

  /** Makes a Java function of a class on this class path. */
  public static FunctionInvoker function(Class<?> handler, int concurrency) {
    return function("java", Map.of("handler", handler.getName()), concurrency);
  }

  static FunctionInvoker function(String type, Map<String, ?> settings, int concurrency) {
    FunctionProvider provider = find(FunctionProvider.class, type);
    return provider.create(
        new FunctionContext("apply", "default", concurrency, HERE), read(provider, settings));
  }

  private static <P extends Plugin> P find(Class<P> kind, String type) {
    for (P plugin : ServiceLoader.load(kind)) {
      if (plugin.type().equals(type)) {
        return plugin;
      }
    }
    throw new IllegalStateException("No " + kind.getSimpleName() + " of type " + type + ".");
  }

  private static Settings read(Plugin plugin, Map<String, ?> settings) {
    Problems problems = new Problems();
    Settings read = plugin.spec().read(settings, "$", problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return read;
  }

  /** What the gates have found, in words. */
  static String limits(ConnectorStatus status) {
    return Stream.concat(
            status.function().stream(),
            status.sinks().stream().map(ConnectorStatus.SinkStatus::gate))
        .map(Plugins::limit)
        .collect(Collectors.joining("; "));
  }

  private static String limit(GateStatus gate) {
    List<LimitChange> changes = gate.history();
    return changes.stream()
        .skip(Math.max(0, changes.size() - LAST_CHANGES))
        .map(change -> change.to() + " (" + change.cause() + ")")
        .collect(Collectors.joining(", ", "limit of " + gate.name() + " ", ""));
  }

  /** A format that nobody asks for anything. */
  public static final class NoFormat implements Codec {

    /** The one kind there is. */
    public NoFormat() {}

    @Override
    public String format() {
      return "bytes";
    }

    @Override
    public String mediaType() {
      return "application/octet-stream";
    }

    @Override
    public @Nullable Object decode(byte[] payload) {
      return payload;
    }

    @Override
    public byte[] encode(@Nullable Object tree) {
      throw new IllegalArgumentException("Nothing is encoded in the benchmarks.");
    }
  }

  /** Keeps nothing. */
  public static final class NoState implements StateStore {

    /** The one kind there is. */
    public NoState() {}

    @Override
    public Optional<byte[]> get(String key) {
      return Optional.empty();
    }

    @Override
    public void put(String key, byte[] value) {
      throw new IllegalStateException("Nothing is kept in the benchmarks.");
    }

    @Override
    public void delete(String key) {
      throw new IllegalStateException("Nothing is kept in the benchmarks.");
    }

    @Override
    public List<String> keys(String prefix) {
      return List.of();
    }
  }

  /** State for as long as the process runs. Thread-safe. */
  static final class MemoryState implements StateStore {

    private final Map<String, byte[]> values = new ConcurrentHashMap<>();

    @Override
    public Optional<byte[]> get(String key) {
      return Optional.ofNullable(values.get(key));
    }

    @Override
    public void put(String key, byte[] value) {
      values.put(key, value);
    }

    @Override
    public void delete(String key) {
      values.remove(key);
    }

    @Override
    public List<String> keys(String prefix) {
      return values.keySet().stream().filter(key -> key.startsWith(prefix)).sorted().toList();
    }
  }
}
