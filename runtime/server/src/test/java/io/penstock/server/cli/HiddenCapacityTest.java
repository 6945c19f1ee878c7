package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.testkit.http.LimitedPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a Kafka backlog to an HTTP function whose capacity is its own secret, and changes. The
 * oracle is the server: what it has answered well is what was delivered.
 */
@KafkaTest
@DisplayName("penstock run, to a backend whose capacity changes")
class HiddenCapacityTest {

  private static final int PARTITIONS = 4;
  private static final Duration SERVICE = Duration.ofMillis(100);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int NO_QUEUE = 0;
  private static final int DEEP_QUEUE = 100_000;

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "NAME",
        "source": { "type": "kafka", "bootstrapServers": "${env:SERVERS}", "topics": ["NAME-in"] },
        "function": { "type": "http", "url": "${env:BACKEND}", "answer": "ignore",
                      "concurrency": { "max": 400 } },
        "delivery": { "retry": { "maxAttempts": 1 } },
        "onFailure": [ { "type": "kafka", "topic": "NAME-dead" } ] }
      """;

  @TempDir private Path directory;

  private String name = "";
  private String servers = "";
  private int port;

  @Test
  void followsItAndLosesNothing(KafkaCluster cluster) throws Exception {
    List<LimitedPeer.Figures> figures =
        carry(cluster, "short", NO_QUEUE, Duration.ofMillis(3_500), 40, 12, 60);
    assertThat(figures)
        .allSatisfy(
            phase -> {
              assertThat(phase.utilisation()).isGreaterThan(0.7);
              assertThat(phase.refusedPercent()).isLessThan(20);
            });
  }

  @Tag("soak")
  @Test
  void followsItForMinutes(KafkaCluster cluster) throws Exception {
    List<LimitedPeer.Figures> figures =
        carry(cluster, "refuses", NO_QUEUE, Duration.ofSeconds(60), 100, 30, 150);
    assertThat(figures)
        .allSatisfy(
            phase -> {
              assertThat(phase.utilisation()).isGreaterThan(0.9);
              assertThat(phase.roundTripsTo90()).isBetween(0, 50);
              assertThat(phase.refusedPercent()).isLessThan(5);
            });
  }

  @Tag("soak")
  @Test
  void followsOneThatNeverRefuses(KafkaCluster cluster) throws Exception {
    List<LimitedPeer.Figures> figures =
        carry(cluster, "queues", DEEP_QUEUE, Duration.ofSeconds(30), 100, 30, 150);
    assertThat(figures)
        .allSatisfy(
            phase -> {
              assertThat(phase.utilisation()).isGreaterThan(0.9);
              assertThat(phase.p50ToService()).isLessThan(1.6);
            });
  }

  private List<LimitedPeer.Figures> carry(
      KafkaCluster cluster, String as, int queue, Duration phase, int... capacities)
      throws Exception {
    name = as;
    servers = cluster.bootstrapServers();
    port = freePort();
    int perCapacity = (int) (phase.toMillis() / SERVICE.toMillis());
    int events = IntStream.of(capacities).sum() * perCapacity * 21 / 20;
    createTopics();
    produce(events);
    try (LimitedPeer backend = LimitedPeer.start(capacities[0], SERVICE, queue)) {
      CommandRun command = new CommandRun();
      command.environment.put("SERVERS", servers);
      command.environment.put("BACKEND", backend.url());
      Path file =
          Files.writeString(directory.resolve(name + ".json"), CONNECTOR.replace("NAME", name));
      CompletableFuture<Integer> ended =
          command.start("run", file, "--port", port, "--data", directory.resolve("data"));
      try {
        await().atMost(SOON).until(() -> backend.accepted() > 0 || ended.isDone());
        backend.capacity(capacities[0]);
        List<LimitedPeer.Figures> figures =
            IntStream.range(1, capacities.length + 1)
                .mapToObj(
                    next -> {
                      pass(phase, ended);
                      LimitedPeer.Figures came =
                          backend.capacity(capacities[Math.min(next, capacities.length - 1)]);
                      System.out.println(
                          name + ", " + capacities[next - 1] + ": " + came + limits());
                      return came;
                    })
                .toList();
        await().atMost(SOON).until(() -> backend.ids().size() >= events || ended.isDone());
        await().atMost(SOON).until(() -> committed() == events || ended.isDone());
        JsonNode status = status();
        assertThat(backend.accepted()).as("each came once").isEqualTo(events);
        assertThat(backend.ids()).hasSize(events);
        assertThat(deadLetters()).isZero();
        assertThat(status.at("/counts/deadLettered").longValue()).isZero();
        assertThat(status.at("/function/history")).isNotEmpty();
        return figures;
      } finally {
        command.stop.request();
        assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
      }
    }
  }

  /** Lets time pass, unless the worker ends. */
  private static void pass(Duration time, CompletableFuture<Integer> ended) {
    try {
      int code = ended.get(time.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionError("the worker ended with " + code);
    } catch (TimeoutException e) {
      // It still runs, as it should.
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("the worker", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private JsonNode status() throws Exception {
    URI uri = URI.create("http://localhost:" + port + "/connectors/" + name + "/status");
    return new ObjectMapper()
        .readTree(
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body());
  }

  /** What the limit was set to lately, and why. */
  private String limits() {
    StringBuilder text = new StringBuilder(", limit");
    try {
      JsonNode history = status().at("/function/history");
      for (int i = Math.max(0, history.size() - 24); i < history.size(); i++) {
        JsonNode change = history.get(i);
        text.append(' ').append(change.get("to")).append(' ').append(change.get("cause"));
      }
    } catch (Exception e) {
      throw new AssertionError("the status", e);
    }
    return text.toString();
  }

  private void createTopics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name + "-in", PARTITIONS, (short) 1),
                  new NewTopic(name + "-dead", 1, (short) 1)))
          .all()
          .get();
    }
  }

  private void produce(int events) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            // A partition just made may refuse the first of several requests in flight.
            Map.of("bootstrap.servers", servers, "max.in.flight.requests.per.connection", 1),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < events; i++) {
        var unused =
            producer.send(
                new ProducerRecord<>(name + "-in", "key-" + i % 10_007, "{\"n\":" + i + "}"));
      }
    }
  }

  private long committed() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      return admin
          .listConsumerGroupOffsets(name)
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    }
  }

  private long deadLetters() throws Exception {
    TopicPartition dead = new TopicPartition(name + "-dead", 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      return admin
          .listOffsets(Map.of(dead, OffsetSpec.latest()))
          .partitionResult(dead)
          .get()
          .offset();
    }
  }
}
