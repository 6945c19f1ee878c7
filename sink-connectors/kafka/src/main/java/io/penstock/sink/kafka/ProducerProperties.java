package io.penstock.sink.kafka;

import io.penstock.connector.Sink;
import io.penstock.connector.config.Problems;
import io.penstock.kafka.NativeProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The properties of the clients: what a careful person would set, what the user gave over it, and
 * what Penstock needs over both.
 *
 * <p><b>One request at a time to each broker.</b> With more, even an idempotent producer can write
 * out of order: a broker that has nothing of this producer yet (the first batch for a partition, or
 * one after a long rest) takes any batch as the first. If it refuses batch A because it does not lead
 * the partition yet, and takes B behind it, A can never be written and expires (KAFKA-15591; brokers
 * after 4.3 are better). It costs nothing on a near network: while a request is under way the next
 * one fills. On a far one, raise {@code batch.size}. Who raises {@code
 * max.in.flight.requests.per.connection} instead, gets a sink that promises no order, to which the
 * engine then sends one record of each key at a time.
 *
 * <p><b>No lingering.</b> For the same reason records gather by themselves when there are many, and
 * leave at once when there are few.
 *
 * <p><b>Memory.</b> {@code buffer.memory} is what the sink's client may hold. A record may take half
 * of it: how large it may really be is the topic's business, which answers for each record.
 */
final class ProducerProperties {

  private static final int MAX_BATCH_BYTES = 64 << 10;
  private static final int USUAL_MAX_RECORD_BYTES = 1 << 20;
  private static final int MAX_BLOCK_MS = 10_000;
  private static final int DELIVERY_TIMEOUT_MS = 120_000;

  private static final Map<String, String> REFUSED =
      Map.of(
          ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
          "use bootstrapServers beside properties",
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
          "remove it: keys are written as bytes",
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
          "use mode beside properties",
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          "remove it: delivery is at least once, with stable ids");

  private static final NativeProperties NATIVE =
      new NativeProperties(ProducerConfig.configDef(), REFUSED);

  private static final AtomicInteger CLIENTS = new AtomicInteger();

  private ProducerProperties() {}

  /** Adds what is wrong with the user's properties. */
  static void check(Map<String, String> properties, String path, Problems problems) {
    NATIVE.check(properties, path, problems);
    String acks = properties.get(ProducerConfig.ACKS_CONFIG);
    if (acks != null && !Set.of("all", "-1").contains(acks)) {
      problems.add(
          path + "['" + ProducerConfig.ACKS_CONFIG + "']",
          "'" + acks + "'",
          "all",
          "with less, an event is settled that a failing broker may still lose");
    }
    if (isIdempotent(properties)) {
      checkIdempotent(properties, path, problems);
    }
  }

  private static void checkIdempotent(
      Map<String, String> properties, String path, Problems problems) {
    String retries = properties.get(ProducerConfig.RETRIES_CONFIG);
    if ("0".equals(retries)) {
      problems.add(
          path + "['" + ProducerConfig.RETRIES_CONFIG + "']",
          "'0'",
          "1 or more, as long as enable.idempotence is on");
    }
    if (inFlight(properties) > 5) {
      problems.add(
          path + "['" + ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION + "']",
          "'" + inFlight(properties) + "'",
          "1 to 5, as long as enable.idempotence is on");
    }
  }

  private static boolean isIdempotent(Map<String, String> properties) {
    return !"false".equalsIgnoreCase(properties.get(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG));
  }

  private static int inFlight(Map<String, String> properties) {
    return number(properties, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
  }

  private static int number(Map<String, String> properties, String name, int otherwise) {
    String given = properties.get(name);
    try {
      return given == null ? otherwise : Integer.parseInt(given.strip());
    } catch (NumberFormatException e) {
      return otherwise; // reported where its type is checked
    }
  }

  /** How long a record may be under way, in milliseconds. */
  static int deliveryTimeoutMs(KafkaSinkConfig config) {
    return number(
        config.properties(), ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
  }

  /** How long a call may wait for the cluster, in milliseconds. */
  static int maxBlockMs(KafkaSinkConfig config) {
    return number(config.properties(), ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
  }

  /** What order such a producer keeps. */
  static Sink.Ordering ordering(KafkaSinkConfig config) {
    return isIdempotent(config.properties()) && inFlight(config.properties()) == 1
        ? Sink.Ordering.KEPT
        : Sink.Ordering.NONE;
  }

  /** Whether the user has an own way to choose partitions. */
  static boolean hasOwnPartitioner(KafkaSinkConfig config) {
    return config.properties().containsKey(ProducerConfig.PARTITIONER_CLASS_CONFIG)
        || config.properties().containsKey(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG);
  }

  /** The producer's properties. */
  static Map<String, Object> producer(KafkaSinkConfig config, String connector, long bufferBytes) {
    long buffer = Math.max(MAX_BATCH_BYTES, bufferBytes);
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, buffer);
    all.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        (int)
            Math.min(
                Integer.MAX_VALUE, Math.max(Math.min(buffer, USUAL_MAX_RECORD_BYTES), buffer / 2)));
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, (int) Math.min(MAX_BATCH_BYTES, buffer / 16));
    all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(
        ProducerConfig.CLIENT_ID_CONFIG,
        "penstock-" + connector + "-sink-" + CLIENTS.incrementAndGet());
    all.putAll(config.properties());
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return all;
  }

  /** The properties of the client that looks whether the topic exists: those that concern it. */
  static Map<String, Object> admin(KafkaSinkConfig config, String connector) {
    Map<String, Object> all = new HashMap<>();
    all.put(
        AdminClientConfig.CLIENT_ID_CONFIG,
        "penstock-" + connector + "-sink-" + CLIENTS.incrementAndGet());
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

  /** The text without the secrets of the properties. */
  static String hideSecrets(String text, KafkaSinkConfig config) {
    return NATIVE.hideSecrets(text, config.properties());
  }
}
