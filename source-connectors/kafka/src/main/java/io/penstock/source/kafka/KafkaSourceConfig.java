package io.penstock.source.kafka;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * The settings of one Kafka source.
 *
 * @param bootstrapServers {@code host:port}, joined by commas
 * @param topics what to subscribe to
 * @param group the consumer group; empty means the connector's name
 * @param startAt where lanes begin that the group has no committed offset for
 * @param properties for the Kafka consumer, as they are; may hold secrets
 */
record KafkaSourceConfig(
    String bootstrapServers,
    Topics topics,
    Optional<String> group,
    StartAt startAt,
    Map<String, String> properties) {

  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern SERVER =
      Pattern.compile("(?:[A-Z_]+://)?\\[?[0-9a-zA-Z\\-%._:]+]?:(\\d{1,5})");

  private static final ConfigKey<List<String>> BOOTSTRAP_SERVERS =
      ConfigKey.texts("bootstrapServers")
          .required()
          .doc("Where to reach the cluster first: host:port, one or several.");

  private static final ConfigKey<List<String>> TOPICS =
      ConfigKey.texts("topics").doc("The topics to read. Either this or topicPattern is needed.");

  private static final ConfigKey<String> TOPIC_PATTERN =
      ConfigKey.text("topicPattern")
          .doc(
              "A regular expression: every topic whose whole name matches is read, also those made"
                  + " later.");

  private static final ConfigKey<String> GROUP =
      ConfigKey.text("group")
          .doc("The consumer group that keeps the progress. The connector's name by default.");

  private static final ConfigKey<Object> START_AT =
      ConfigKey.json("startAt")
          .defaultsTo("earliest")
          .doc(
              "Where a partition begins that the group has no committed offset for: "
                  + StartAt.EXPECTED
                  + ".");

  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc("Properties of the Kafka consumer, as they are.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(BOOTSTRAP_SERVERS, TOPICS, TOPIC_PATTERN, GROUP, START_AT, PROPERTIES);

  static List<ServerAddress> addresses(Settings settings) {
    return ServerAddress.parse(settings.get(BOOTSTRAP_SERVERS));
  }

  /** Adds what is wrong beyond what a single key can say. */
  static void check(Settings settings, Problems problems) {
    String path = settings.path();
    settings
        .find(BOOTSTRAP_SERVERS)
        .ifPresent(servers -> checkServers(servers, path + ".bootstrapServers", problems));
    Set<String> topics = new HashSet<>(settings.find(TOPICS).orElse(List.of()));
    for (String topic : topics) {
      if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
        problems.add(
            path + ".topics",
            "'" + topic + "'",
            "a topic name: 1 to 249 letters, digits, '.', '_' and '-'");
      }
    }
    Optional<String> pattern = settings.find(TOPIC_PATTERN);
    if (topics.isEmpty() == pattern.isEmpty()) {
      problems.add(
          path + ".topics",
          topics.isEmpty() ? "neither topics nor topicPattern" : "both topics and topicPattern",
          "one of them");
    }
    pattern.ifPresent(regex -> checkPattern(regex, path + ".topicPattern", problems));
    settings.find(START_AT).ifPresent(tree -> checkStart(tree, topics, path, problems));
    settings
        .find(PROPERTIES)
        .ifPresent(
            properties -> ConsumerProperties.check(properties, path + ".properties", problems));
  }

  private static void checkServers(List<String> servers, String path, Problems problems) {
    for (String server : String.join(",", servers).split(",", -1)) {
      var matcher = SERVER.matcher(server.strip());
      if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 65_535) {
        problems.add(path, "'" + server + "'", "host:port", "Kafka's usual port is 9092");
      }
    }
  }

  private static void checkStart(Object tree, Set<String> topics, String path, Problems problems) {
    StartAt startAt = StartAt.read(tree, path + ".startAt", problems);
    if (startAt instanceof StartAt.Offsets offsets && !topics.isEmpty()) {
      for (String lane : offsets.byLane().keySet()) {
        int dash = lane.lastIndexOf('-');
        if (dash > 0 && !topics.contains(lane.substring(0, dash))) {
          problems.addUnknown(
              path + ".startAt.offsets['" + lane + "']", lane.substring(0, dash), topics);
        }
      }
    }
  }

  private static void checkPattern(String regex, String path, Problems problems) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      problems.add(path, "'" + regex + "'", "a regular expression", e.getDescription());
    }
  }

  /** Reads settings that {@link #check} found nothing wrong with. */
  static KafkaSourceConfig read(Settings settings) {
    Problems problems = new Problems();
    Topics topics =
        settings
            .find(TOPIC_PATTERN)
            .<Topics>map(regex -> new Topics.Matching(Pattern.compile(regex)))
            .orElseGet(() -> new Topics.Named(settings.get(TOPICS).stream().distinct().toList()));
    StartAt startAt = StartAt.read(settings.get(START_AT), settings.path() + ".startAt", problems);
    if (startAt == null) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    String servers =
        settings.get(BOOTSTRAP_SERVERS).stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .map(String::strip)
            .collect(Collectors.joining(","));
    return new KafkaSourceConfig(
        servers, topics, settings.find(GROUP), startAt, settings.get(PROPERTIES));
  }

  /** Has no readable text form on purpose: it may hold secrets. */
  @Override
  public String toString() {
    return "KafkaSourceConfig[" + bootstrapServers + ", " + topics + "]";
  }
}
