package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that others made, hosted without Kafka Connect: as config-examples has it. */
@KafkaTest
@Tag("crash")
@DisplayName("penstock run, with MirrorMaker as its source")
class MirrorMakerTest {

  private static final int EVENTS = 100;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "mirrored",
        "source": { "type": "kafka-connect", "plugins": "${env:PLUGINS}",
          "plugin": "org.apache.kafka.connect.mirror.MirrorSourceConnector",
          "properties": {
            "source.cluster.alias": "old", "source.cluster.bootstrap.servers": "${env:SERVERS}",
            "target.cluster.alias": "new", "target.cluster.bootstrap.servers": "${env:SERVERS}",
            "topics": "mirror-in", "replication.factor": "1", "sync.topic.acls.enabled": "false",
            "offset-syncs.topic.replication.factor": "1",
            "key.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
            "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter" } },
        "onSuccess": [ { "type": "file", "path": "out.jsonl" } ] }
      """;

  @TempDir private Path directory;

  @Test
  void itsRecordsArriveOnceOverAStop(KafkaCluster cluster) throws Exception {
    String servers = cluster.bootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(new NewTopic("mirror-in", 2, (short) 1))).all().get();
    }
    Files.writeString(directory.resolve("mirrored.json"), CONNECTOR);
    produce(servers, 0);
    run(servers, EVENTS);
    produce(servers, EVENTS);
    run(servers, 2 * EVENTS);
    Map<String, String> payloads = new HashMap<>();
    for (String line : lines()) {
      JsonNode event = JSON.readTree(line);
      assertThat(payloads.put(event.get("id").textValue(), line)).as("twice").isNull();
      assertThat(event.get("connecttopic").textValue()).isEqualTo("old.mirror-in");
    }
    assertThat(payloads).hasSize(2 * EVENTS);
  }

  private static void produce(String servers, int from) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "max.in.flight.requests.per.connection", 1),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = from; i < from + EVENTS; i++) {
        var unused = producer.send(new ProducerRecord<>("mirror-in", "key-" + i % 7, "" + i));
      }
    }
  }

  private void run(String servers, int wanted) throws Exception {
    CommandRun command = new CommandRun();
    command.environment.put("SERVERS", servers);
    command.environment.put(
        "PLUGINS",
        Path.of("../third-party-plugins/target/plugins").toAbsolutePath().normalize().toString());
    CompletableFuture<Integer> ended =
        command.start(
            "run",
            directory.resolve("mirrored.json"),
            "--port",
            0,
            "--data",
            directory.resolve("data"));
    await().atMost(SOON).until(() -> ended.isDone() || lines().size() >= wanted);
    command.stop.request();
    assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
  }

  private List<String> lines() {
    try {
      Path out = directory.resolve("out.jsonl");
      return Files.exists(out) ? Files.readString(out, UTF_8).lines().toList() : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
