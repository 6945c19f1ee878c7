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
 * @param broker the broker's own properties, over the defaults
 * @param proxy the proxy's own, likewise; their values are JSON
 * @param system the child's system properties
 * @param startTimeout longest wait until clients are accepted
 */
public record RocketMqOptions(
    @Nullable List<String> classPath,
    @Nullable Path parentDirectory,
    String maxHeap,
    Compiler compiler,
    Map<String, String> broker,
    Map<String, String> proxy,
    Map<String, String> system,
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
    broker = Map.copyOf(broker);
    proxy = Map.copyOf(proxy);
    system = Map.copyOf(system);
    Objects.requireNonNull(startTimeout, "startTimeout");
  }

  /** 384 MiB of heap, the full compiler, 60 s to start. */
  public static RocketMqOptions defaults() {
    return new RocketMqOptions(
        null, null, "384m", Compiler.FULL, Map.of(), Map.of(), Map.of(), Duration.ofSeconds(60));
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
            all.broker,
            all.proxy,
            all.system,
            all.startTimeout)
        .with(
            Map.of(),
            Map.of(
                "minInvisibleTimeMillsForRecv",
                "1000",
                "grpcClientConsumerMinLongPollingTimeoutMillis",
                "200"),
            Map.of());
  }

  /** Returns a copy with this class path for the child. */
  public RocketMqOptions withClassPath(List<String> value) {
    return new RocketMqOptions(
        value, parentDirectory, maxHeap, compiler, broker, proxy, system, startTimeout);
  }

  /** Returns a copy whose directory is made under this one. */
  public RocketMqOptions withParentDirectory(Path value) {
    return new RocketMqOptions(
        classPath, value, maxHeap, compiler, broker, proxy, system, startTimeout);
  }

  /** Returns a copy with this {@code -Xmx}, as {@code 1g}. */
  public RocketMqOptions withMaxHeap(String value) {
    return new RocketMqOptions(
        classPath, parentDirectory, value, compiler, broker, proxy, system, startTimeout);
  }

  /** Returns a copy with one more of the broker's own properties. */
  public RocketMqOptions withBrokerProperty(String key, String value) {
    return with(Map.of(key, value), Map.of(), Map.of());
  }

  /**
   * Returns a copy that lets in only who logs in with this key, broker and proxy alike, and takes
   * encrypted connections only. The certificate is one that nobody has signed.
   */
  public RocketMqOptions secured(String accessKey, String secretKey) {
    String user = "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(accessKey, secretKey);
    String login = "{\"accessKey\":\"%s\",\"secretKey\":\"%s\"}".formatted(accessKey, secretKey);
    String auth = "org.apache.rocketmq.auth.";
    Map<String, String> both =
        Map.of(
            "authenticationEnabled",
            "true",
            "authenticationProvider",
            auth + "authentication.provider.DefaultAuthenticationProvider",
            "initAuthenticationUser",
            user,
            "innerClientAuthenticationCredentials",
            login,
            "authorizationEnabled",
            "true",
            "authorizationProvider",
            auth + "authorization.provider.DefaultAuthorizationProvider");
    Map<String, String> forBroker = new LinkedHashMap<>(both);
    forBroker.put(
        "authenticationMetadataProvider",
        auth + "authentication.provider.LocalAuthenticationMetadataProvider");
    forBroker.put(
        "authorizationMetadataProvider",
        auth + "authorization.provider.LocalAuthorizationMetadataProvider");
    Map<String, String> forProxy = new LinkedHashMap<>();
    both.forEach((key, value) -> forProxy.put(key, json(value)));
    String proxies = "org.apache.rocketmq.proxy.auth.";
    forProxy.put(
        "authenticationMetadataProvider", json(proxies + "ProxyAuthenticationMetadataProvider"));
    forProxy.put(
        "authorizationMetadataProvider", json(proxies + "ProxyAuthorizationMetadataProvider"));
    return with(forBroker, forProxy, Map.of("tls.server.mode", "enforcing", "tls.enable", "true"));
  }

  private static String json(String text) {
    return text.equals("true") ? text : "\"" + text.replace("\"", "\\\"") + "\"";
  }

  private RocketMqOptions with(
      Map<String, String> moreOfBroker,
      Map<String, String> moreOfProxy,
      Map<String, String> moreOfSystem) {
    return new RocketMqOptions(
        classPath,
        parentDirectory,
        maxHeap,
        compiler,
        joined(broker, moreOfBroker),
        joined(proxy, moreOfProxy),
        joined(system, moreOfSystem),
        startTimeout);
  }

  private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(some);
    all.putAll(more);
    return all;
  }
}
