package io.penstock.source.kafka;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes sources of type {@code kafka}; found by {@link java.util.ServiceLoader}. */
public final class KafkaSourceProvider implements SourceProvider {

  /** For the service loader. */
  public KafkaSourceProvider() {}

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public String doc() {
    return "Reads topics of a Kafka cluster.";
  }

  @Override
  public ConfigSpec spec() {
    return KafkaSourceConfig.SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of(
        "bootstrapServers",
        "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
        "topics",
        List.of("orders"));
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    return KafkaSourceConfig.addresses(settings);
  }

  @Override
  public void check(Settings settings, Problems problems) {
    KafkaSourceConfig.check(settings, problems);
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    return new KafkaLogSource(KafkaSourceConfig.read(settings), System::nanoTime);
  }
}
