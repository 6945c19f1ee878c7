package io.penstock.sink.kafka;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings of one Kafka sink.
 *
 * @param bootstrapServers {@code host:port}, joined by commas
 * @param topic where records go
 * @param mode how an event becomes a record
 * @param key which key it gets
 * @param properties for the Kafka producer, as they are; may hold secrets
 */
record KafkaSinkConfig(
    String bootstrapServers, String topic, Mode mode, String key, Map<String, String> properties) {

  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern KEY = Pattern.compile("[a-z0-9]+");
  private static final Pattern SERVER =
      Pattern.compile("(?:[A-Z_]+://)?\\[?[0-9a-zA-Z\\-%._:]+]?:(\\d{1,5})");

  private static final ConfigKey<List<String>> BOOTSTRAP_SERVERS =
      ConfigKey.texts("bootstrapServers")
          .required()
          .doc(
              "Where to reach the cluster first: host:port, one or several. In a connector with a"
                  + " kafka source, that of the source by default.");

  private static final ConfigKey<String> TOPIC_NAME =
      ConfigKey.text("topic").required().doc("The topic to write to.");

  private static final ConfigKey<Mode> MODE =
      ConfigKey.choice("mode", Mode.class)
          .defaultsTo(Mode.BINARY)
          .doc(
              "How an event becomes a record: binary (CloudEvents, attributes as headers),"
                  + " structured (CloudEvents, one JSON document), plain (payload, key, and the"
                  + " event's id as header event-id).");

  private static final ConfigKey<String> KEY_CHOICE =
      ConfigKey.text("key")
          .defaultsTo("record")
          .doc(
              "The record's key: record (that of the record the event came from, so that"
                  + " partitioning is kept), none, or the name of an attribute or extension of the"
                  + " event, for example subject.");

  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc("Properties of the Kafka producer, as they are.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(BOOTSTRAP_SERVERS, TOPIC_NAME, MODE, KEY_CHOICE, PROPERTIES);

  static List<ServerAddress> addresses(Settings settings) {
    return ServerAddress.parse(settings.get(BOOTSTRAP_SERVERS));
  }

  /** Adds what is wrong beyond what a single key can say. */
  static void check(Settings settings, Problems problems) {
    String path = settings.path();
    settings
        .find(BOOTSTRAP_SERVERS)
        .ifPresent(servers -> checkServers(servers, path + ".bootstrapServers", problems));
    settings
        .find(TOPIC_NAME)
        .filter(topic -> !TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals(".."))
        .ifPresent(
            topic ->
                problems.add(
                    path + ".topic",
                    "'" + topic + "'",
                    "a topic name: 1 to 249 letters, digits, '.', '_' and '-'"));
    settings
        .find(KEY_CHOICE)
        .filter(key -> !KEY.matcher(key).matches())
        .ifPresent(
            key ->
                problems.add(
                    path + ".key",
                    "'" + key + "'",
                    "record, none, or the name of an attribute: lower-case letters and digits"));
    settings
        .find(PROPERTIES)
        .ifPresent(
            properties -> ProducerProperties.check(properties, path + ".properties", problems));
  }

  private static void checkServers(List<String> servers, String path, Problems problems) {
    for (String server : String.join(",", servers).split(",", -1)) {
      var matcher = SERVER.matcher(server.strip());
      if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 65_535) {
        problems.add(path, "'" + server + "'", "host:port", "Kafka's usual port is 9092");
      }
    }
  }

  /** Reads settings that {@link #check} found nothing wrong with. */
  static KafkaSinkConfig read(Settings settings) {
    return new KafkaSinkConfig(
        servers(settings),
        settings.get(TOPIC_NAME),
        settings.get(MODE),
        settings.get(KEY_CHOICE),
        settings.get(PROPERTIES));
  }

  private static String servers(Settings settings) {
    return settings.get(BOOTSTRAP_SERVERS).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .collect(Collectors.joining(","));
  }

  /** What sinks of the same topic have in common. */
  String destination() {
    return "kafka:" + bootstrapServers + "/" + topic;
  }

  /** Has no readable text form on purpose: it may hold secrets. */
  @Override
  public String toString() {
    return "KafkaSinkConfig[" + destination() + "]";
  }
}
