package io.penstock.benchmarks.arm;

import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.WindowPolicy;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Penstock, with its source cdc. Option {@code as}: {@code count} has a function that does nothing but
 * count; {@code http} has a webhook with every default.
 */
public final class PenstockCdcArm implements Arm {

  private static final int BATCH = 500;

  private static volatile @Nullable EventCounter counter;

  private @Nullable Engine engine;

  /** For {@link ArmMain}. */
  public PenstockCdcArm() {}

  /** The function. */
  public static final class Count implements BatchHandler<Event> {

    /** For the runtime. */
    public Count() {}

    @Override
    public BatchOutcome handle(List<BatchItem<Event>> batch, Context context) {
      EventCounter known = counter;
      if (known != null) {
        batch.forEach(item -> known.add());
      }
      return BatchOutcome.allDone();
    }
  }

  @Override
  public void start(ArmSettings settings) {
    boolean http = "http".equals(settings.options().get("as"));
    if (!http) {
      counter = EventCounter.open(Path.of(settings.output()));
    }
    Engine started = Engine.start(EngineEnvironment.real(new Plugins.MemoryState(), Path::of));
    engine = started;
    started.add(plan(settings, http));
  }

  private static ConnectorPlan plan(ArmSettings settings, boolean http) {
    String[] address = settings.bootstrapServers().split(":", -1);
    return new ConnectorPlan(
        "benchmark",
        Plugins.source(
            "cdc",
            Map.of(
                "host", address[0],
                "port", Long.valueOf(address[1]),
                "database", settings.options().get("database"),
                "user", settings.options().get("user"),
                "password", settings.options().get("user"),
                "tables", List.of(settings.input()),
                "snapshot", "never",
                "slot", settings.group(),
                "publication", settings.group())),
        new Plugins.NoFormat(),
        Optional.empty(),
        Optional.empty(),
        http ? Optional.empty() : Optional.of(function()),
        new DeliveryPolicy(
            Order.KEY,
            http
                ? BatchPolicy.DEFAULT
                : new BatchPolicy(BATCH, BatchPolicy.DEFAULT.maxBytes(), Duration.ZERO),
            RetryPolicy.FOREVER,
            DeliveryPolicy.Bisect.ON,
            WindowPolicy.DEFAULT),
        http ? List.of(webhook(settings.output())) : List.of(),
        new FailurePlan.Halt());
  }

  private static FunctionPlan function() {
    return new FunctionPlan(
        "count",
        "default",
        Plugins.function(Count.class, ConcurrencyPolicy.DEFAULT.max()),
        Duration.ofSeconds(30),
        ConcurrencyPolicy.DEFAULT);
  }

  private static SinkPlan webhook(String url) {
    return new SinkPlan(
        "webhook",
        Plugins.sink("webhook", Map.of("url", url)),
        "webhook",
        ConcurrencyPolicy.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        RetryPolicy.FOREVER);
  }

  @Override
  public void close() throws Exception {
    if (engine != null) {
      PenstockArm.close(engine);
    }
  }
}
