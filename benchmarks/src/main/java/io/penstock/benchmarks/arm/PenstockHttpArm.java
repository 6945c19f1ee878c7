package io.penstock.benchmarks.arm;

import io.penstock.connector.FunctionInvoker;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.WindowPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Penstock, from its Kafka source to an endpoint, with every default that there is. Options: {@code
 * as} (function or webhook) and {@code mode}.
 */
public final class PenstockHttpArm implements Arm {

  private @Nullable Engine engine;

  /** For {@link ArmMain}. */
  public PenstockHttpArm() {}

  @Override
  public void start(ArmSettings settings) {
    Engine started = Engine.start(EngineEnvironment.real(new Plugins.NoState(), Path::of));
    engine = started;
    started.add(plan(settings));
  }

  private static ConnectorPlan plan(ArmSettings settings) {
    Map<String, String> endpoint =
        Map.of("url", settings.output(), "mode", settings.options().getOrDefault("mode", "binary"));
    boolean function = "function".equals(settings.options().get("as"));
    return new ConnectorPlan(
        "benchmark",
        Plugins.source(
            "kafka",
            Map.of(
                "bootstrapServers", settings.bootstrapServers(),
                "topics", settings.input(),
                "group", settings.group(),
                "properties", settings.consumer())),
        new Plugins.NoFormat(),
        Optional.empty(),
        Optional.empty(),
        function ? Optional.of(function(endpoint)) : Optional.empty(),
        new DeliveryPolicy(
            Order.KEY,
            BatchPolicy.DEFAULT,
            RetryPolicy.FOREVER,
            DeliveryPolicy.Bisect.ON,
            WindowPolicy.DEFAULT),
        function ? List.of() : List.of(webhook(endpoint)),
        new FailurePlan.Halt());
  }

  private static FunctionPlan function(Map<String, String> endpoint) {
    FunctionInvoker invoker = Plugins.function("http", endpoint, ConcurrencyPolicy.DEFAULT.max());
    return new FunctionPlan(
        "http", "default", invoker, Duration.ofSeconds(30), ConcurrencyPolicy.DEFAULT);
  }

  private static SinkPlan webhook(Map<String, String> endpoint) {
    return new SinkPlan(
        "webhook",
        Plugins.sink("webhook", endpoint),
        "webhook",
        ConcurrencyPolicy.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        RetryPolicy.FOREVER);
  }

  @Override
  public void close() throws Exception {
    Engine running = engine;
    if (running == null) {
      return;
    }
    for (Connector connector : running.connectors()) {
      ConnectorStatus status = connector.status().toCompletableFuture().get();
      if (!status.health().isEmpty()) {
        throw new IllegalStateException("The connector is not well: " + status.health());
      }
      ArmMain.note(Plugins.limits(status));
    }
    running.close(Duration.ofSeconds(30));
  }
}
