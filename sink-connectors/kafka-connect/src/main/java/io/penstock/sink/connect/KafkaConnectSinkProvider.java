package io.penstock.sink.connect;

import io.penstock.connect.ConnectKeys;
import io.penstock.connect.ConnectSettings;
import io.penstock.connect.ConnectSink;
import io.penstock.connect.ConnectSinkSettings;
import io.penstock.connect.PluginFolder;
import io.penstock.connect.PluginKind;
import io.penstock.connect.PluginSettings;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The sink {@code kafka-connect}: a sink connector of Kafka Connect; no Kafka is needed. */
public final class KafkaConnectSinkProvider implements SinkProvider {

  private static final ConfigKey<String> TOPIC =
      ConfigKey.text("topic")
          .doc(
              "The topic that the plugin sees. Without it the one that a kafka-connect source read"
                  + " the event from, or else the connector's name.");

  private static final ConfigKey<Duration> COMMIT_INTERVAL =
      ConfigKey.duration("commitInterval")
          .between(Duration.ofMillis(10), Duration.ofHours(1))
          .defaultsTo(Duration.ofSeconds(1))
          .doc("How often the plugin is asked, at least, what it has written for good.");

  private static final ConfigKey<Duration> DELIVERY_TIMEOUT =
      ConfigKey.duration("deliveryTimeout")
          .between(Duration.ofSeconds(1), Duration.ofHours(24))
          .defaultsTo(Duration.ofMinutes(2))
          .doc(
              "After which an event that the plugin has not confirmed counts as failed. Longer than"
                  + " the plugin collects events, if it does.");

  private static final ConfigSpec SPEC =
      ConnectKeys.SPEC.with(ConfigSpec.of(TOPIC, COMMIT_INTERVAL, DELIVERY_TIMEOUT));

  /** For the service loader. */
  public KafkaConnectSinkProvider() {}

  @Override
  public String type() {
    return "kafka-connect";
  }

  @Override
  public String doc() {
    return "Runs a sink connector of Kafka Connect; no Kafka is needed.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("plugin", "FileStreamSink", "properties", Map.of("file", "results.txt"));
  }

  @Override
  public void check(Settings settings, Path baseDirectory, Problems problems) {
    PluginSettings.check(read(settings, baseDirectory), PluginKind.SINK, settings.path(), problems);
  }

  /** One task: order is kept, and one task of a sink takes what one connector has. */
  private static ConnectSettings read(Settings settings, Path baseDirectory) {
    return ConnectKeys.read(settings, 1, baseDirectory);
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    ConnectSettings read = read(settings, baseDirectory);
    PluginFolder.require(read, PluginKind.SINK);
    return new ConnectSink(
        new ConnectSinkSettings(
            read,
            settings.find(TOPIC).orElse(""),
            settings.get(COMMIT_INTERVAL),
            settings.get(DELIVERY_TIMEOUT)));
  }

  @Override
  public String destination(Settings settings) {
    ConnectSettings read = read(settings, Path.of(""));
    return "kafka-connect:" + read.plugin() + ":" + settings.find(TOPIC).orElse("");
  }
}
