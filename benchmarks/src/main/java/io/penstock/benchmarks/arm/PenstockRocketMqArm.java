package io.penstock.benchmarks.arm;

import io.penstock.connector.Source;
import io.penstock.engine.Engine;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Penstock, with its RocketMQ source in either form, its Java functions and its RocketMQ sink. */
public final class PenstockRocketMqArm implements Arm {

  private @Nullable Engine engine;

  /** For {@link ArmMain}. */
  public PenstockRocketMqArm() {}

  @Override
  public void start(ArmSettings settings) {
    Map<String, Object> sink =
        Map.of(
            "nameServer", settings.bootstrapServers(),
            "topic", settings.output(),
            "mode", settings.options().getOrDefault("mode", "binary"));
    engine =
        PenstockArm.start(settings, source(settings), "rocketmq", Plugins.sink("rocketmq", sink));
  }

  private static Source source(ArmSettings settings) {
    String endpoints = settings.options().get("endpoints");
    return Plugins.source(
        "rocketmq",
        endpoints == null
            ? Map.of(
                "nameServer", settings.bootstrapServers(),
                "topics", settings.input(),
                "group", settings.group())
            : Map.of(
                "mode",
                "queue",
                "endpoints",
                endpoints,
                "topics",
                settings.input(),
                "group",
                settings.group()));
  }

  @Override
  public void close() throws Exception {
    if (engine != null) {
      PenstockArm.close(engine);
    }
  }
}
