package io.penstock.source.kafka;

import io.penstock.connector.LogSource;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What tests do with a cluster from outside. */
final class Kafka implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();

  final String bootstrapServers;
  final Admin admin;
  final KafkaProducer<byte[], byte[]> producer;

  Kafka(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    // One request at a time: a broker that doesn't know yet that it leads a new topic refuses the
    // first batch, and would take the second, after which the first can never be written.
    this.producer = producer(Map.of("max.in.flight.requests.per.connection", 1));
  }

  KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A name that no other test of this JVM uses. */
  static String name(String prefix) {
    return prefix + "-" + NAMES.incrementAndGet() + "-" + ProcessHandle.current().pid();
  }

  String topic(int partitions) {
    return topic(partitions, Map.of());
  }

  String topic(int partitions, Map<String, String> configs) {
    String topic = name("topic");
    create(topic, partitions, configs);
    return topic;
  }

  void create(String topic, int partitions, Map<String, String> configs) {
    get(
        admin
            .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
            .all());
  }

  static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  void send(String topic, int partition, @Nullable String key, String... values) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String value : values) {
      records.add(new ProducerRecord<>(topic, partition, bytes(key), bytes(value)));
    }
    send(records);
  }

  void send(List<ProducerRecord<byte[], byte[]>> records) {
    List<Future<?>> sent = new ArrayList<>();
    records.forEach(record -> sent.add(producer.send(record)));
    producer.flush();
    sent.forEach(Kafka::get);
  }

  OptionalLong committed(String group, TopicPartition partition) {
    OffsetAndMetadata offset = committedWithMetadata(group, partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset());
  }

  @Nullable OffsetAndMetadata committedWithMetadata(String group, TopicPartition partition) {
    return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .get(partition);
  }

  void deleteBefore(TopicPartition partition, long offset) {
    get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all());
  }

  static <T> T get(KafkaFuture<T> future) {
    return get((Future<T>) future.toCompletionStage().toCompletableFuture());
  }

  static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Properties of a source's consumer, and one that saves time when it closes. */
  static Map<String, Object> properties(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("fetch.max.wait.ms", 50);
    return properties;
  }

  /** Settings of a source of these topics. */
  Map<String, Object> settings(String group, String... topics) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("bootstrapServers", bootstrapServers);
    raw.put("topics", List.of(topics));
    raw.put("group", group);
    raw.put("properties", properties(Map.of()));
    return raw;
  }

  /** Makes a source the way the server does. */
  static LogSource source(Map<String, Object> raw) {
    KafkaSourceProvider provider = new KafkaSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return (LogSource) provider.create(settings, Path.of("."));
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
