package io.penstock.source.kafka;

import io.penstock.connector.config.Problems;
import io.penstock.kafka.NativeProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The properties of the clients: what a careful person would set, what the user gave over it, and
 * what Penstock needs over both.
 *
 * <p><b>Memory.</b> Of the bytes the source's clients may hold, half is for what they have fetched.
 * The consumer has at most one response of each broker at a time, either on its way or not yet handed
 * over, so {@code fetch.max.bytes} is that half divided by the number of brokers, and {@code
 * max.partition.fetch.bytes} at most 1 MiB of it. The other half is for the records of one poll, which
 * are copies, while the next responses come in: {@code max.poll.records} is such that records of 32
 * KiB fit. Three things can go beyond: a batch larger than the limit is fetched all the same, since
 * the consumer could not go on otherwise; records that were compressed are larger when handed over;
 * and each partition that is paused by itself, while others go on, may keep one response in memory.
 */
final class ConsumerProperties {

  static final String AUTO_OFFSET_RESET = ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;

  private static final int MAX_PARTITION_FETCH_BYTES = 1 << 20;
  private static final int MIN_FETCH_BYTES = 16 << 10;
  private static final int TYPICAL_LARGE_RECORD_BYTES = 32 << 10;
  private static final int MIN_POLL_RECORDS = 32;
  private static final int MAX_POLL_RECORDS = 500;

  private static final Map<String, String> REFUSED =
      Map.of(
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
          "use bootstrapServers beside properties",
          ConsumerConfig.GROUP_ID_CONFIG,
          "use group beside properties",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          "remove it: offsets are committed when events are settled",
          ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
          "remove it: offsets are committed when events are settled",
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          "remove it: keys are read as bytes",
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
          "use the connector's format");

  private static final Set<String> RESETS = Set.of("earliest", "latest", "none");

  private static final NativeProperties NATIVE =
      new NativeProperties(ConsumerConfig.configDef(), REFUSED);

  private static final AtomicInteger CLIENTS = new AtomicInteger();

  private ConsumerProperties() {}

  /** Adds what is wrong with the user's properties. */
  static void check(Map<String, String> properties, String path, Problems problems) {
    NATIVE.check(properties, path, problems);
    String reset = properties.get(AUTO_OFFSET_RESET);
    if (reset != null && !RESETS.contains(reset.toLowerCase(Locale.ROOT))) {
      problems.add(
          path + "['" + AUTO_OFFSET_RESET + "']",
          "'" + reset + "'",
          "one of earliest, latest, none",
          "it is for offsets that are out of range; where a new group begins is said by startAt");
    }
    if (isConsumerProtocol(properties)) {
      for (String classic :
          Set.of(
              ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
              ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
              ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)) {
        if (properties.containsKey(classic)) {
          problems.add(
              path + "['" + classic + "']",
              "'" + classic + "'",
              "nothing, with group.protocol=consumer",
              "the broker decides it for the group");
        }
      }
    }
  }

  private static boolean isConsumerProtocol(Map<String, String> properties) {
    return "consumer".equalsIgnoreCase(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
  }

  /** The consumer's properties. */
  static Map<String, Object> consumer(
      KafkaSourceConfig config, String connector, long bufferBytes, int brokers) {
    long fetchBytes =
        Math.min(Integer.MAX_VALUE, Math.max(MIN_FETCH_BYTES, bufferBytes / 2 / brokers));
    Map<String, Object> all = new HashMap<>();
    all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int) fetchBytes);
    all.put(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        (int) Math.min(MAX_PARTITION_FETCH_BYTES, fetchBytes));
    all.put(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        (int)
            Math.max(
                MIN_POLL_RECORDS,
                Math.min(MAX_POLL_RECORDS, bufferBytes / TYPICAL_LARGE_RECORD_BYTES)));
    // A topic made by a typing error would hide the error.
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // What a transaction took back is not to be acted on.
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId(connector));
    if (!isConsumerProtocol(config.properties())) {
      all.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
    }
    all.putAll(config.properties());
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    all.put(ConsumerConfig.GROUP_ID_CONFIG, config.group().orElse(connector));
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    // The source resets positions itself, since the engine must hear of it.
    all.put(AUTO_OFFSET_RESET, "none");
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return all;
  }

  /** The properties of the client that asks for the names of things: those that concern it. */
  static Map<String, Object> admin(KafkaSourceConfig config, String connector) {
    Map<String, Object> all = new HashMap<>();
    all.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId(connector));
    config
        .properties()
        .forEach(
            (name, value) -> {
              if (AdminClientConfig.configNames().contains(name)) {
                all.put(name, value);
              }
            });
    all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    return all;
  }

  /** The limit, or {@code default.api.timeout.ms} if that is given and shorter. */
  static Duration timeout(KafkaSourceConfig config, Duration limit) {
    String given = config.properties().get(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    Duration wanted = given == null ? limit : Duration.ofMillis(Long.parseLong(given.strip()));
    return wanted.compareTo(limit) < 0 ? wanted : limit;
  }

  /** What to do about an offset that is out of range: {@code earliest}, {@code latest}, {@code none}. */
  static String outOfRange(KafkaSourceConfig config) {
    return config.properties().getOrDefault(AUTO_OFFSET_RESET, "earliest").toLowerCase(Locale.ROOT);
  }

  /** The text without the secrets of the properties. */
  static String hideSecrets(String text, KafkaSourceConfig config) {
    return NATIVE.hideSecrets(text, config.properties());
  }

  /** Unique in this process, so that metrics of two connectors never meet. */
  private static String clientId(String connector) {
    return "penstock-" + connector + "-source-" + CLIENTS.incrementAndGet();
  }
}
