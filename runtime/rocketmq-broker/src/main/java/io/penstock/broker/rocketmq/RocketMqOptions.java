package io.penstock.broker.rocketmq;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a throw-away cluster is started; immutable. Begin with {@link #defaults} and change what
 * matters.
 *
 * @param classPath the jars, folders and {@code folder/*} patterns with the servers; {@code null}
 *     to find them as {@link RocketMqProcess} tells
 * @param parentDirectory where the cluster's own directory is made; {@code null} means the
 *     platform's folder for temporary files
 * @param maxHeap the child's {@code -Xmx}, as {@code 384m}
 * @param compiler how much the child compiles
 * @param brokerProperties the broker's own properties, over the defaults
 * @param proxyProperties the proxy's own, likewise; their values are JSON
 * @param startTimeout longest wait until clients are accepted
 */
public record RocketMqOptions(
    @Nullable List<String> classPath,
    @Nullable Path parentDirectory,
    String maxHeap,
    Compiler compiler,
    Map<String, String> brokerProperties,
    Map<String, String> proxyProperties,
    Duration startTimeout) {

  /** How much the child's JVM compiles. */
  public enum Compiler {
    /** Both compilers: what benchmarks want. */
    FULL,
    /** The quick one alone: starts in less CPU time, what tests want. */
    QUICK
  }

  /** Checks and copies. */
  public RocketMqOptions {
    classPath = classPath == null ? null : List.copyOf(classPath);
    Objects.requireNonNull(maxHeap, "maxHeap");
    Objects.requireNonNull(compiler, "compiler");
    brokerProperties = Map.copyOf(brokerProperties);
    proxyProperties = Map.copyOf(proxyProperties);
    Objects.requireNonNull(startTimeout, "startTimeout");
  }

  /** 384 MiB of heap, the full compiler, 60 s to start. */
  public static RocketMqOptions defaults() {
    return new RocketMqOptions(
        null, null, "384m", Compiler.FULL, Map.of(), Map.of(), Duration.ofSeconds(60));
  }

  /**
   * As {@link #defaults} with the quick compiler, and with a proxy that lets clients hold messages
   * and wait for them as briefly as they like (10 s and 5 s by default), so that tests need not.
   */
  public static RocketMqOptions forTests() {
    RocketMqOptions all = defaults();
    return new RocketMqOptions(
        all.classPath,
        all.parentDirectory,
        all.maxHeap,
        Compiler.QUICK,
        all.brokerProperties,
        Map.of(
            "minInvisibleTimeMillsForRecv",
            "1000",
            "grpcClientConsumerMinLongPollingTimeoutMillis",
            "200"),
        all.startTimeout);
  }

  /** Returns a copy with this class path for the child. */
  public RocketMqOptions withClassPath(List<String> value) {
    return new RocketMqOptions(
        value, parentDirectory, maxHeap, compiler, brokerProperties, proxyProperties, startTimeout);
  }

  /** Returns a copy whose directory is made under this one. */
  public RocketMqOptions withParentDirectory(Path value) {
    return new RocketMqOptions(
        classPath, value, maxHeap, compiler, brokerProperties, proxyProperties, startTimeout);
  }

  /** Returns a copy with this {@code -Xmx}, as {@code 1g}. */
  public RocketMqOptions withMaxHeap(String value) {
    return new RocketMqOptions(
        classPath,
        parentDirectory,
        value,
        compiler,
        brokerProperties,
        proxyProperties,
        startTimeout);
  }

  /** Returns a copy with one more of the broker's own properties. */
  public RocketMqOptions withBrokerProperty(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(brokerProperties);
    more.put(key, value);
    return new RocketMqOptions(
        classPath, parentDirectory, maxHeap, compiler, more, proxyProperties, startTimeout);
  }
}
