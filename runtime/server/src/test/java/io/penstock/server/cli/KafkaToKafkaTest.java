package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a real topic through a function to a real topic, the way users run it. */
@KafkaTest
@DisplayName("penstock run, from Kafka to Kafka")
class KafkaToKafkaTest {

  private static final int EVENTS = 2_000;
  private static final int PARTITIONS = 3;
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "shouting",
        "source": { "type": "kafka", "bootstrapServers": "${env:SERVERS}", "topics": ["run-in"] },
        "filter": { "data": { "status": ["paid"] } },
        "function": { "type": "java", "handler": "io.penstock.server.cli.Shout" },
        "onSuccess": [ { "type": "kafka", "topic": "run-out" } ],
        "onFailure": [ { "type": "kafka", "topic": "run-dead" } ] }
      """;

  @TempDir private Path directory;

  @Test
  void everyResultArrivesAndProgressIsCommitted(KafkaCluster cluster) throws Exception {
    String servers = cluster.bootstrapServers();
    createTopics(servers);
    produce(servers);
    Path file = Files.writeString(directory.resolve("shouting.json"), CONNECTOR);
    CommandRun command = new CommandRun();
    command.environment.put("SERVERS", servers);

    CompletableFuture<Integer> ended =
        command.start("run", file, "--port", 0, "--data", directory.resolve("data"));
    Map<String, String> keyByPayload = consume(servers, ended);
    command.stop.request();

    assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
    assertThat(keyByPayload)
        .hasSize(EVENTS / 2)
        .containsEntry("{\"ID\":0,\"STATUS\":\"PAID\"}", "key-0")
        .containsEntry("{\"ID\":1998,\"STATUS\":\"PAID\"}", "key-48");
    assertThat(committed(servers)).isEqualTo(EVENTS);
  }

  private static void createTopics(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("run-in", PARTITIONS, (short) 1),
                  new NewTopic("run-out", PARTITIONS, (short) 1),
                  new NewTopic("run-dead", 1, (short) 1)))
          .all()
          .get();
    }
  }

  private static void produce(String servers) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            // A partition just made may refuse the first of several requests in flight.
            Map.of("bootstrap.servers", servers, "max.in.flight.requests.per.connection", 1),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        String status = i % 2 == 0 ? "paid" : "open";
        var unused =
            producer.send(
                new ProducerRecord<>(
                    "run-in", "key-" + i % 50, "{\"id\":" + i + ",\"status\":\"" + status + "\"}"));
      }
    }
  }

  /** Reads until everything is there; fails on a duplicate. */
  private static Map<String, String> consume(String servers, CompletableFuture<Integer> ended) {
    Map<String, String> keyByPayload = new HashMap<>();
    Set<String> twice = new TreeSet<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition("run-out", i)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(SOON)
          .pollInSameThread()
          .until(
              () -> {
                for (ConsumerRecord<String, String> record :
                    consumer.poll(Duration.ofMillis(100))) {
                  if (keyByPayload.put(record.value(), record.key()) != null) {
                    twice.add(record.value());
                  }
                }
                return keyByPayload.size() >= EVENTS / 2 || ended.isDone();
              });
    }
    assertThat(twice).isEmpty();
    return keyByPayload;
  }

  private static long committed(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      return admin
          .listConsumerGroupOffsets("shouting")
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    }
  }
}
