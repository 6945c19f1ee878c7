package io.penstock.source.connect;

import io.penstock.connect.ConnectKeys;
import io.penstock.connect.ConnectSettings;
import io.penstock.connect.ConnectSource;
import io.penstock.connect.PluginFolder;
import io.penstock.connect.PluginKind;
import io.penstock.connect.PluginSettings;
import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.Map;

/** The source {@code kafka-connect}: a source connector of Kafka Connect; no Kafka is needed. */
public final class KafkaConnectSourceProvider implements SourceProvider {

  private static final ConfigKey<Long> TASKS =
      ConfigKey.integer("tasks")
          .between(1L, 256L)
          .defaultsTo(1L)
          .doc("How many tasks the plugin may have; it may make fewer. Each is a lane.");

  private static final ConfigSpec SPEC = ConnectKeys.SPEC.with(ConfigSpec.of(TASKS));

  /** For the service loader. */
  public KafkaConnectSourceProvider() {}

  @Override
  public String type() {
    return "kafka-connect";
  }

  @Override
  public String doc() {
    return "Runs a source connector of Kafka Connect; no Kafka is needed.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of(
        "plugin",
        "FileStreamSource",
        "properties",
        Map.of("file", "orders.txt", "topic", "orders"));
  }

  @Override
  public void check(Settings settings, Path baseDirectory, Problems problems) {
    PluginSettings.check(
        read(settings, baseDirectory), PluginKind.SOURCE, settings.path(), problems);
  }

  private static ConnectSettings read(Settings settings, Path baseDirectory) {
    return ConnectKeys.read(settings, Math.toIntExact(settings.get(TASKS)), baseDirectory);
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    ConnectSettings read = read(settings, baseDirectory);
    PluginFolder.require(read, PluginKind.SOURCE);
    return new ConnectSource(read);
  }
}
