package io.penstock.server.config;

import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.RetryPolicy;
import io.penstock.server.config.ConnectorConfig.FunctionConfig;
import io.penstock.server.config.ConnectorConfig.RouteConfig;
import io.penstock.server.config.ConnectorConfig.SinkConfig;
import io.penstock.server.config.PolicyReader.Failures;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the routes of a connector.
 *
 * @param reader of what a route has in common with a connector
 * @param policies of retries
 * @param problems what is wrong
 * @param inherited what sinks take over from the source
 * @param keepsFailures whether the source keeps which events were given up
 * @param stopsEvents whether the source can stop events
 */
record RouteReader(
    ConnectorReader reader,
    PolicyReader policies,
    Problems problems,
    Inherited inherited,
    boolean keepsFailures,
    boolean stopsEvents) {

  /** The routes by name, as far as there is no problem. */
  Map<String, RouteConfig> read(Settings top, String path, RetryPolicy connectors) {
    Optional<Object> raw = top.find(ConnectorKeys.ROUTES);
    if (raw.isEmpty()) {
      return Map.of();
    }
    if (!(raw.get() instanceof Map<?, ?> map) || map.isEmpty()) {
      problems.add(
          ProblemCode.WRONG_TYPE,
          path + ".routes",
          raw.get() instanceof Map ? "an empty object" : ConnectorReader.kind(raw.get()),
          "an object with a route under each name");
      return Map.of();
    }
    Map<String, RouteConfig> routes = new LinkedHashMap<>();
    Set<String> sinkNames = new HashSet<>();
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          String at = path + ".routes." + name;
          if (!reader.isName(name, at)) {
            return;
          }
          if (value instanceof Map<?, ?> route) {
            read(name, ConnectorKeys.ROUTE.read(route, at, problems), at, sinkNames, connectors)
                .ifPresent(config -> routes.put(name, config));
          } else {
            problems.add(
                ProblemCode.WRONG_TYPE,
                at,
                ConnectorReader.kind(value),
                "an object with a function");
          }
        });
    return routes;
  }

  /** One route that stands somewhere else than in the connector's file. */
  Optional<RouteConfig> one(String name, Map<?, ?> tree, RetryPolicy connectors) {
    Settings route = ConnectorKeys.ROUTE.read(tree, "$", problems);
    Optional<RouteConfig> read = read(name, route, "$", new HashSet<>(), connectors);
    return problems.isEmpty() ? read : Optional.empty();
  }

  private Optional<RouteConfig> read(
      String name, Settings route, String at, Set<String> sinkNames, RetryPolicy connectors) {
    Optional<Object> onFailure = route.find(ConnectorKeys.ON_FAILURE);
    Failures failures = keepsFailures || onFailure.isPresent() ? Failures.GO_ON : Failures.HALT;
    Optional<FunctionConfig> function =
        route
            .find(ConnectorKeys.ROUTE_FUNCTION)
            .flatMap(raw -> reader.function(raw, at + ".function", name));
    Optional<RetryPolicy> retry =
        policies.routeRetry(route.find(ConnectorKeys.ROUTE_RETRY), failures, connectors);
    List<SinkConfig> onSuccess =
        route
            .find(ConnectorKeys.ON_SUCCESS)
            .map(raw -> reader.sinks(raw, at + ".onSuccess", inherited, failures, sinkNames))
            .orElse(List.of());
    boolean drop = onFailure.filter(raw -> reader.isDrop(raw, at + ".onFailure")).isPresent();
    List<SinkConfig> failureSinks =
        onFailure
            .filter(raw -> !drop)
            .map(
                raw ->
                    reader.sinks(
                        raw, at + ".onFailure", inherited.letters(), Failures.GO_ON, sinkNames))
            .orElse(List.of());
    List<SinkConfig> onStop =
        reader.stopSinks(route, at, inherited, failures, sinkNames, stopsEvents);
    if (function.isEmpty() || retry.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RouteConfig(
            function.get(),
            retry.get(),
            onSuccess,
            ConnectorReader.onFailure(drop, failureSinks, keepsFailures),
            failureSinks,
            onStop));
  }
}
