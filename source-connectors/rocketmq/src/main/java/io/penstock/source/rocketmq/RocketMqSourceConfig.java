package io.penstock.source.rocketmq;

import io.penstock.connector.SeekTarget;
import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.rocketmq.RocketMqConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one RocketMQ source.
 *
 * @param mode how messages are taken
 * @param servers where to reach the name servers, or in queue mode the proxy
 * @param connection how to log in, and the client's own properties
 * @param topics what to read
 * @param group the consumer group; empty means the connector's name
 * @param filter which messages
 * @param startAt where queues begin that the group has no offset for
 * @param queue what only the queue mode has
 */
record RocketMqSourceConfig(
    Mode mode,
    String servers,
    RocketMqConnection connection,
    List<String> topics,
    Optional<String> group,
    Filter filter,
    SeekTarget startAt,
    QueueSettings queue) {

  /**
   * What only the queue mode has.
   *
   * @param invisibleDuration how long a message is held without being renewed
   * @param maxDeliveries how often the group delivers a message before it dead-letters it itself
   */
  record QueueSettings(Duration invisibleDuration, int maxDeliveries) {}

  private static final ConfigKey<Mode> MODE =
      ConfigKey.choice("mode", Mode.class)
          .defaultsTo(Mode.LOG)
          .doc(
              "How messages are taken: log (queue by queue with offsets, from the brokers; order is"
                  + " kept) or queue (message by message, from a RocketMQ 5 proxy; workers share"
                  + " every queue).");

  private static final ConfigKey<List<String>> ENDPOINTS =
      ConfigKey.texts("endpoints")
          .doc("Where to reach the proxy (gRPC), in queue mode: host:port, one or several.");

  private static final ConfigKey<List<String>> TOPICS =
      ConfigKey.texts("topics")
          .required()
          .doc("The topics to read. The retry topic of a group is one too: %RETRY%GROUP.");

  private static final ConfigKey<String> GROUP =
      ConfigKey.text("group")
          .doc("The consumer group that keeps the progress. The connector's name by default.");

  private static final ConfigKey<List<String>> TAGS =
      ConfigKey.texts("tags").doc("Only messages with one of these tags; the broker sorts out.");

  private static final ConfigKey<String> SQL =
      ConfigKey.text("sql")
          .doc(
              "Only messages whose properties this SQL92 condition holds for, as in: country = 'DE'"
                  + " AND total > 10. The brokers must allow it (enablePropertyFilter). Either this"
                  + " or tags.");

  private static final ConfigKey<String> START_AT =
      ConfigKey.text("startAt")
          .defaultsTo("first")
          .doc(
              "Where a queue begins that the group has no offset for, in log mode: "
                  + StartAt.EXPECTED
                  + ".");

  private static final ConfigKey<Duration> INVISIBLE_DURATION =
      ConfigKey.duration("invisibleDuration")
          .defaultsTo(Duration.ofSeconds(60))
          .between(Duration.ofSeconds(1), Duration.ofHours(12))
          .doc(
              "How long a message that was taken is kept from others, in queue mode. It is renewed"
                  + " while the message is handled, so it matters after a crash only. The proxy has"
                  + " a minimum, 10s by default.");

  private static final ConfigKey<Long> MAX_DELIVERIES =
      ConfigKey.integer("maxDeliveries")
          .defaultsTo(17L)
          .between(3L, 10_000L)
          .doc(
              "How often the group delivers a message before it moves it to its dead letters, in"
                  + " queue mode: retryMaxTimes of the group, and one. A message is never put back"
                  + " for its last delivery.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(
              MODE,
              RocketMqConnection.NAME_SERVER,
              ENDPOINTS,
              TOPICS,
              GROUP,
              TAGS,
              SQL,
              START_AT,
              INVISIBLE_DURATION,
              MAX_DELIVERIES)
          .with(ConfigSpec.of(RocketMqConnection.KEYS));

  private static ConfigKey<List<String>> address(Mode mode) {
    return mode == Mode.LOG ? RocketMqConnection.NAME_SERVER : ENDPOINTS;
  }

  static List<ServerAddress> addresses(Settings settings) {
    return RocketMqConnection.addresses(settings, address(settings.get(MODE)));
  }

  /** Adds what is wrong beyond what a single key can say. */
  static void check(Settings settings, Problems problems) {
    String path = settings.path();
    Optional<Mode> mode = settings.find(MODE);
    mode.ifPresent(
        m -> {
          if (settings.find(address(m)).isEmpty()) {
            problems.add(
                path + "." + address(m).name(),
                "nothing",
                "host:port, one or several",
                m == Mode.LOG
                    ? "in log mode the name servers are asked"
                    : "in queue mode the proxy is asked");
          }
        });
    RocketMqConnection.checkServers(settings, RocketMqConnection.NAME_SERVER, "9876", problems);
    RocketMqConnection.checkServers(settings, ENDPOINTS, "8081", problems);
    RocketMqConnection.check(settings, problems);
    for (String topic : settings.find(TOPICS).orElse(List.of())) {
      RocketMqConnection.checkName(topic, path + ".topics", problems);
    }
    settings
        .find(GROUP)
        .ifPresent(group -> RocketMqConnection.checkName(group, path + ".group", problems));
    if (settings.find(TAGS).isPresent() && settings.find(SQL).isPresent()) {
      problems.add(path + ".sql", "both tags and sql", "one of them");
    }
    for (String tag : settings.find(TAGS).orElse(List.of())) {
      if (tag.contains("|") || tag.isBlank()) {
        problems.add(path + ".tags", "'" + tag + "'", "a tag", "write several as a list");
      }
    }
    settings.find(START_AT).ifPresent(text -> StartAt.read(text, path + ".startAt", problems));
    if (mode.orElse(Mode.LOG) == Mode.LOG) {
      ConsumerProperties.check(settings, problems);
    } else if (!RocketMqConnection.properties(settings).isEmpty()) {
      problems.add(
          path + ".properties",
          "properties",
          "none in queue mode",
          "the client for the proxy has none but those with keys of their own");
    }
  }

  /** Reads settings that {@link #check} found nothing wrong with. */
  static RocketMqSourceConfig read(Settings settings) {
    Problems problems = new Problems();
    SeekTarget startAt =
        StartAt.read(settings.get(START_AT), settings.path() + ".startAt", problems);
    if (startAt == null) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    Mode mode = settings.get(MODE);
    RocketMqConnection connection = RocketMqConnection.read(settings);
    return new RocketMqSourceConfig(
        mode,
        RocketMqConnection.servers(settings, address(mode)),
        connection,
        settings.get(TOPICS).stream()
            .map(topic -> nameFor(mode, connection, topic))
            .distinct()
            .toList(),
        settings.find(GROUP),
        filter(settings),
        startAt,
        new QueueSettings(
            settings.get(INVISIBLE_DURATION), Math.toIntExact(settings.get(MAX_DELIVERIES))));
  }

  private static Filter filter(Settings settings) {
    if (settings.find(SQL).isPresent()) {
      return new Filter.Sql(settings.get(SQL));
    }
    return settings
        .find(TAGS)
        .<Filter>map(tags -> new Filter.Tags(String.join(" || ", tags)))
        .orElseGet(Filter.Everything::new);
  }

  /** The group's name: dots, which a connector's name may have, are none of its characters. */
  String groupOf(String connector) {
    return nameFor(mode, connection, group.orElseGet(() -> connector.replace('.', '-')));
  }

  /** The client for the proxy puts the namespace before names by itself. */
  private static String nameFor(Mode mode, RocketMqConnection connection, String name) {
    return mode == Mode.LOG ? connection.fullName(name) : name;
  }

  /** Has no readable text form on purpose: it may hold secrets. */
  @Override
  public String toString() {
    return "RocketMqSourceConfig[" + servers + ", " + topics + "]";
  }
}
