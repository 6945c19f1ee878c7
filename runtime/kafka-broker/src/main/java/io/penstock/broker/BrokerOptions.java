package io.penstock.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a throw-away broker is started; immutable. Begin with {@link #defaults} and change what
 * matters.
 *
 * @param classPath the jars, folders and {@code folder/*} patterns with the Kafka server; {@code
 *     null} to find them as {@link BrokerProcess} tells
 * @param parentDirectory where the broker's own directory is made; {@code null} means the
 *     platform's folder for temporary files
 * @param port the port for clients on the loopback address; 0 means a free one
 * @param maxHeap the child's {@code -Xmx}, as {@code 384m}
 * @param compiler how much the child compiles
 * @param properties the broker's own properties, over the defaults
 * @param startTimeout longest wait until the broker accepts clients
 */
public record BrokerOptions(
    @Nullable List<String> classPath,
    @Nullable Path parentDirectory,
    int port,
    String maxHeap,
    Compiler compiler,
    Map<String, String> properties,
    Duration startTimeout) {

  /** How much the broker's JVM compiles. */
  public enum Compiler {
    /** Both compilers: what benchmarks want. */
    FULL,
    /** The quick one alone: starts in less CPU time, what tests want. */
    QUICK
  }

  /** Checks and copies. */
  public BrokerOptions {
    classPath = classPath == null ? null : List.copyOf(classPath);
    Objects.requireNonNull(maxHeap, "maxHeap");
    Objects.requireNonNull(compiler, "compiler");
    properties = Map.copyOf(properties);
    Objects.requireNonNull(startTimeout, "startTimeout");
  }

  /** A free port, 384 MiB of heap, the full compiler, 60 s to start. */
  public static BrokerOptions defaults() {
    return new BrokerOptions(
        null, null, 0, "384m", Compiler.FULL, Map.of(), Duration.ofSeconds(60));
  }

  /** As {@link #defaults} with the quick compiler. */
  public static BrokerOptions forTests() {
    return defaults().withCompiler(Compiler.QUICK);
  }

  /** Returns a copy with this class path for the child. */
  public BrokerOptions withClassPath(List<String> value) {
    return new BrokerOptions(
        value, parentDirectory, port, maxHeap, compiler, properties, startTimeout);
  }

  /** Returns a copy whose directory is made under this one. */
  public BrokerOptions withParentDirectory(Path value) {
    return new BrokerOptions(classPath, value, port, maxHeap, compiler, properties, startTimeout);
  }

  /** Returns a copy with this port for clients; 0 means a free one. */
  public BrokerOptions withPort(int value) {
    return new BrokerOptions(
        classPath, parentDirectory, value, maxHeap, compiler, properties, startTimeout);
  }

  /** Returns a copy with this {@code -Xmx}, as {@code 1g}. */
  public BrokerOptions withMaxHeap(String value) {
    return new BrokerOptions(
        classPath, parentDirectory, port, value, compiler, properties, startTimeout);
  }

  /** Returns a copy with this compiler. */
  public BrokerOptions withCompiler(Compiler value) {
    return new BrokerOptions(
        classPath, parentDirectory, port, maxHeap, value, properties, startTimeout);
  }

  /** Returns a copy with one more of the broker's own properties. */
  public BrokerOptions withProperty(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(properties);
    more.put(key, value);
    return new BrokerOptions(
        classPath, parentDirectory, port, maxHeap, compiler, more, startTimeout);
  }

  /** Returns a copy that waits this long for the start. */
  public BrokerOptions withStartTimeout(Duration value) {
    return new BrokerOptions(
        classPath, parentDirectory, port, maxHeap, compiler, properties, value);
  }
}
