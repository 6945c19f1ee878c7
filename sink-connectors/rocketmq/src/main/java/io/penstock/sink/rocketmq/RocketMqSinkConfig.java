package io.penstock.sink.rocketmq;

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
 * The settings of one RocketMQ sink.
 *
 * @param nameServer where to reach the name servers
 * @param connection how to log in, and the producer's own properties
 * @param topic where messages go
 * @param mode how an event becomes a message
 * @param fields what its tag, keys, message group and time of delivery are taken from
 */
record RocketMqSinkConfig(
    String nameServer, RocketMqConnection connection, String topic, Mode mode, Fields fields) {

  /**
   * What a message's fields are taken from.
   *
   * @param tag the name of an attribute, or none
   * @param keys likewise
   * @param messageGroup likewise, or record
   * @param deliverAt the attribute that holds the time of delivery
   * @param delay how much later than now each message is delivered
   */
  record Fields(
      String tag,
      String keys,
      String messageGroup,
      Optional<String> deliverAt,
      Optional<Duration> delay) {

    /** Whether messages of one record's order may be of several groups. */
    boolean hasGroupOfItsOwn() {
      return !messageGroup.equals("record") && !messageGroup.equals("none");
    }

    /** Whether messages wait at the broker, which keeps no order among those that do. */
    boolean isDelayed() {
      return deliverAt.isPresent() || delay.isPresent();
    }
  }

  private static final Duration LONGEST_DELAY = Duration.ofDays(3);

  private static final ConfigKey<List<String>> NAME_SERVER =
      ConfigKey.texts(RocketMqConnection.NAME_SERVER.name())
          .required()
          .doc(
              "Where to reach the name servers: host:port, one or several. In a connector with a"
                  + " rocketmq source, that of the source by default.");

  private static final ConfigKey<String> TOPIC =
      ConfigKey.text("topic").required().doc("The topic to write to.");

  private static final ConfigKey<Mode> MODE =
      ConfigKey.choice("mode", Mode.class)
          .defaultsTo(Mode.BINARY)
          .doc(
              "How an event becomes a message: binary (CloudEvents, attributes as properties CE_*),"
                  + " structured (CloudEvents, one JSON document), plain (payload, extensions as"
                  + " properties, and the event's id as property event-id).");

  private static final ConfigKey<String> TAG =
      ConfigKey.text("tag")
          .defaultsTo("rocketmqtag")
          .doc(
              "The message's tag: none, or the name of an attribute or extension of the event, for"
                  + " example type. By default the tag of the message the event came from, if it"
                  + " had one.");

  private static final ConfigKey<String> KEYS =
      ConfigKey.text("keys")
          .defaultsTo("id")
          .doc(
              "The message's keys, by which it is found: none, or the name of an attribute or"
                  + " extension. The event's id by default, the same however often it is sent.");

  private static final ConfigKey<String> MESSAGE_GROUP =
      ConfigKey.text("messageGroup")
          .defaultsTo("record")
          .doc(
              "What order is kept by: record (the key or message group of the record the event came"
                  + " from), none, or the name of an attribute or extension, for example subject."
                  + " Messages of one group go to one queue.");

  private static final ConfigKey<String> DELIVER_AT =
      ConfigKey.text("deliverAt")
          .doc(
              "The name of an extension that holds when the message is to be delivered: a time such"
                  + " as 2026-01-01T00:00:00Z, or milliseconds since 1970. Without a value it is"
                  + " delivered at once. The topic must be one for delayed messages.");

  private static final ConfigKey<Duration> DELAY =
      ConfigKey.duration("delay")
          .between(Duration.ofSeconds(1), LONGEST_DELAY)
          .doc(
              "How long after it was sent each message is to be delivered. Either this or"
                  + " deliverAt.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(NAME_SERVER, TOPIC, MODE, TAG, KEYS, MESSAGE_GROUP, DELIVER_AT, DELAY)
          .with(ConfigSpec.of(RocketMqConnection.KEYS));

  static List<ServerAddress> addresses(Settings settings) {
    return RocketMqConnection.addresses(settings, NAME_SERVER);
  }

  /** Adds what is wrong beyond what a single key can say. */
  static void check(Settings settings, Problems problems) {
    String path = settings.path();
    RocketMqConnection.checkServers(settings, NAME_SERVER, "9876", problems);
    RocketMqConnection.check(settings, problems);
    settings
        .find(TOPIC)
        .ifPresent(topic -> RocketMqConnection.checkName(topic, path + ".topic", problems));
    for (ConfigKey<String> key : List.of(TAG, KEYS, MESSAGE_GROUP, DELIVER_AT)) {
      settings
          .find(key)
          .filter(word -> !AttributeChoice.NAME.matcher(word).matches())
          .ifPresent(
              word ->
                  problems.add(
                      path + "." + key.name(), "'" + word + "'", AttributeChoice.EXPECTED));
    }
    if (settings.find(DELIVER_AT).isPresent() && settings.find(DELAY).isPresent()) {
      problems.add(path + ".delay", "both deliverAt and delay", "one of them");
    }
    ProducerProperties.check(settings, problems);
  }

  /** Reads settings that {@link #check} found nothing wrong with. */
  static RocketMqSinkConfig read(Settings settings) {
    RocketMqConnection connection = RocketMqConnection.read(settings);
    return new RocketMqSinkConfig(
        RocketMqConnection.servers(settings, NAME_SERVER),
        connection,
        connection.fullName(settings.get(TOPIC)),
        settings.get(MODE),
        new Fields(
            settings.get(TAG),
            settings.get(KEYS),
            settings.get(MESSAGE_GROUP),
            settings.find(DELIVER_AT),
            settings.find(DELAY)));
  }

  /** What sinks of the same topic have in common. */
  String destination() {
    return "rocketmq:" + nameServer + "/" + topic;
  }

  /** Has no readable text form on purpose: it may hold secrets. */
  @Override
  public String toString() {
    return "RocketMqSinkConfig[" + destination() + "]";
  }
}
