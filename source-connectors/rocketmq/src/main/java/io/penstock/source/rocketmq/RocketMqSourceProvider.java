package io.penstock.source.rocketmq;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes sources of type {@code rocketmq}; found by {@link java.util.ServiceLoader}. */
public final class RocketMqSourceProvider implements SourceProvider {

  /** For the service loader. */
  public RocketMqSourceProvider() {}

  @Override
  public String type() {
    return "rocketmq";
  }

  @Override
  public String doc() {
    return "Reads topics of a RocketMQ cluster, as a log or as a queue.";
  }

  @Override
  public ConfigSpec spec() {
    return RocketMqSourceConfig.SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of(
        "nameServer", "${env:ROCKETMQ_NAME_SERVER:-localhost:9876}", "topics", List.of("orders"));
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    return RocketMqSourceConfig.addresses(settings);
  }

  @Override
  public void check(Settings settings, Problems problems) {
    RocketMqSourceConfig.check(settings, problems);
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    RocketMqSourceConfig config = RocketMqSourceConfig.read(settings);
    return switch (config.mode()) {
      case LOG -> new RocketMqLogSource(config, System::nanoTime);
      case QUEUE -> new RocketMqQueueSource(config, System::nanoTime);
    };
  }
}
