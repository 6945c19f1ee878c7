package io.penstock.sink.kafka;

import io.penstock.connector.Sink;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** What tests do with a cluster from outside. */
final class Kafka implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  final String bootstrapServers;
  final Admin admin;
  private final KafkaConsumer<byte[], byte[]> consumer;

  Kafka(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  String topic(int partitions, Map<String, String> configs) {
    String topic = "topic-" + NAMES.incrementAndGet() + "-" + ProcessHandle.current().pid();
    get(
        admin
            .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
            .all()
            .toCompletionStage()
            .toCompletableFuture());
    return topic;
  }

  /** All records of a topic, at least so many: partition by partition in order. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, int atLeast) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (records.size() < atLeast
        || partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "read " + records.size() + " records of " + topic + ", expected " + atLeast);
      }
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    records.sort((a, b) -> Integer.compare(a.partition(), b.partition()));
    return records;
  }

  static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  Map<String, Object> settings(String topic) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("bootstrapServers", bootstrapServers);
    raw.put("topic", topic);
    return raw;
  }

  /** Makes a sink the way the server does. */
  static Sink sink(Map<String, Object> raw) {
    KafkaSinkProvider provider = new KafkaSinkProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.onSuccess[0]", problems);
    provider.check(settings, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return provider.create(settings, Path.of("."));
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
