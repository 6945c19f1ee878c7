package io.penstock.sink.kafka;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes sinks of type {@code kafka}; found by {@link java.util.ServiceLoader}. */
public final class KafkaSinkProvider implements SinkProvider {

  /** For the service loader. */
  public KafkaSinkProvider() {}

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public String doc() {
    return "Writes to a topic of a Kafka cluster.";
  }

  @Override
  public ConfigSpec spec() {
    return KafkaSinkConfig.SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of(
        "bootstrapServers", "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}", "topic", "results");
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    return KafkaSinkConfig.addresses(settings);
  }

  @Override
  public void check(Settings settings, Problems problems) {
    KafkaSinkConfig.check(settings, problems);
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    return new KafkaSink(KafkaSinkConfig.read(settings));
  }

  @Override
  public String destination(Settings settings) {
    return KafkaSinkConfig.read(settings).destination();
  }
}
