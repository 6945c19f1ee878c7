package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.connector.SinkAnswer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KafkaTest
class LinkTest {

  private Kafka kafka;
  private String topic;
  private Link link;

  @BeforeEach
  void connect(KafkaCluster cluster) {
    kafka = new Kafka(cluster.bootstrapServers());
    topic = kafka.topic(1, Map.of());
  }

  @AfterEach
  void disconnect() {
    link.close(Duration.ZERO);
    kafka.close();
  }

  /** A producer that holds every record back for a minute. */
  private Link lingering(Duration stuckAfter) {
    KafkaSinkConfig config =
        new KafkaSinkConfig(
            kafka.bootstrapServers, topic, Mode.PLAIN, "record", Map.of("linger.ms", "60000"));
    return new Link(
        new HashMap<>(ProducerProperties.producer(config, "test", 1 << 20)), stuckAfter);
  }

  private CompletableFuture<Exception> send(String value) {
    CompletableFuture<Exception> failed = new CompletableFuture<>();
    link.producer()
        .send(
            new ProducerRecord<>(topic, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            (metadata, failure) -> failed.complete(failure));
    return failed;
  }

  @Test
  void isBrokenOffWhenNothingIsAnswered() throws Exception {
    link = lingering(Duration.ofMillis(200));
    SinkAnswer answer = new SinkAnswer(1);
    link.watch(answer);
    assertThat(send("a").get(20, TimeUnit.SECONDS)).hasMessageContaining("closed forcefully");
    assertThat(link.isStuck()).isTrue();
    assertThat(link.isBroken()).isTrue();
    answer.delivered();
    answer.sent();
  }

  @Test
  void sendsNothingAfterItIsBrokenOff() throws Exception {
    link = lingering(Duration.ofMinutes(5));
    CompletableFuture<Exception> failed = send("a");
    link.breakOff();
    link.breakOff();
    link.awaitEnd();
    assertThat(failed).isCompletedWithValueMatching(e -> e != null);
    assertThat(link.isStuck()).isFalse();
    assertThat(kafka.read(topic, 0)).isEmpty();
  }

  @Test
  void sendsWhatItHasWhenItIsClosed() throws Exception {
    link = lingering(Duration.ofMinutes(5));
    CompletableFuture<Exception> sent = send("a");
    link.close(Duration.ofSeconds(5));
    assertThat(sent).isCompletedWithValue(null);
    assertThat(kafka.read(topic, 1)).hasSize(1);
  }
}
