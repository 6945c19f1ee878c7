package io.penstock.sink.rocketmq;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes sinks of type {@code rocketmq}; found by {@link java.util.ServiceLoader}. */
public final class RocketMqSinkProvider implements SinkProvider {

  /** For the service loader. */
  public RocketMqSinkProvider() {}

  @Override
  public String type() {
    return "rocketmq";
  }

  @Override
  public String doc() {
    return "Writes to a topic of a RocketMQ cluster.";
  }

  @Override
  public ConfigSpec spec() {
    return RocketMqSinkConfig.SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("nameServer", "${env:ROCKETMQ_NAME_SERVER:-localhost:9876}", "topic", "results");
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    return RocketMqSinkConfig.addresses(settings);
  }

  @Override
  public void check(Settings settings, Problems problems) {
    RocketMqSinkConfig.check(settings, problems);
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    return new RocketMqSink(RocketMqSinkConfig.read(settings), System::currentTimeMillis);
  }

  @Override
  public String destination(Settings settings) {
    return RocketMqSinkConfig.read(settings).destination();
  }
}
