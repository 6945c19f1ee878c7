package io.penstock.benchmarks.arm;

import io.penstock.connector.Sink;
import io.penstock.connector.Source;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConcurrencyPolicy.Algorithm;
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
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Penstock, with its Kafka source, its Java functions and its Kafka sink, in its engine. */
public final class PenstockArm implements Arm {

  private @Nullable Engine engine;

  /** For {@link ArmMain}. */
  public PenstockArm() {}

  @Override
  public void start(ArmSettings settings) {
    Source source =
        Plugins.source(
            "kafka",
            Map.of(
                "bootstrapServers", settings.bootstrapServers(),
                "topics", settings.input(),
                "group", settings.group(),
                "properties", settings.consumer()));
    Sink sink =
        Plugins.sink(
            "kafka",
            Map.of(
                "bootstrapServers", settings.bootstrapServers(),
                "topic", settings.output(),
                "mode", settings.options().getOrDefault("mode", "binary"),
                "properties", settings.producer()));
    engine = start(settings, source, "kafka", sink);
  }

  /** Runs the function between a source and a sink. */
  static Engine start(ArmSettings settings, Source source, String name, Sink sink) {
    Engine started = Engine.start(EngineEnvironment.real(new Plugins.MemoryState(), Path::of));
    started.add(plan(settings, source, name, sink));
    return started;
  }

  private static ConnectorPlan plan(ArmSettings settings, Source source, String name, Sink sink) {
    Order order = Order.valueOf(settings.options().getOrDefault("order", "KEY"));
    int batch = Integer.parseInt(settings.options().getOrDefault("batch", "100"));
    ConcurrencyPolicy concurrency = concurrency("function", settings);
    return new ConnectorPlan(
        "benchmark",
        source,
        new Plugins.NoFormat(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new FunctionPlan(
                "apply",
                "default",
                Plugins.function(ApplyWork.class, concurrency.max()),
                Duration.ofSeconds(30),
                concurrency)),
        new DeliveryPolicy(
            order,
            new BatchPolicy(batch, BatchPolicy.DEFAULT.maxBytes(), Duration.ZERO),
            RetryPolicy.FOREVER,
            DeliveryPolicy.Bisect.ON,
            WindowPolicy.DEFAULT),
        List.of(
            new SinkPlan(
                name,
                sink,
                name,
                concurrency("sink", settings),
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.FOREVER)),
        new FailurePlan.Halt());
  }

  private static ConcurrencyPolicy concurrency(String of, ArmSettings settings) {
    ConcurrencyPolicy usual = ConcurrencyPolicy.DEFAULT;
    Map<String, String> options = settings.options();
    Algorithm algorithm = Algorithm.valueOf(options.getOrDefault(of + ".algorithm", "ADAPTIVE"));
    int max = Integer.parseInt(options.getOrDefault(of + ".max", String.valueOf(usual.max())));
    OptionalDouble tolerance =
        Stream.ofNullable(options.get(of + ".tolerance"))
            .mapToDouble(Double::parseDouble)
            .findAny();
    return algorithm == Algorithm.FIXED
        ? ConcurrencyPolicy.fixed(max)
        : new ConcurrencyPolicy(algorithm, usual.min(), max, usual.initial(), tolerance);
  }

  @Override
  public void close() throws Exception {
    if (engine != null) {
      close(engine);
    }
  }

  /** Ends it in good order; throws if it isn't well. */
  static void close(Engine running) throws Exception {
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
