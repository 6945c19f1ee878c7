package io.penstock.source.kafka;

import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.BrokerOptions;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.broker.junit.SharedKafka;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.ConnectorException.Category;
import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What needs a broker with properties of its own, or one that is killed. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaSourceOwnBrokerTest {

  private KafkaCluster cluster;
  private Kafka kafka;

  @BeforeAll
  void start() {
    cluster =
        SharedKafka.own(
            BrokerOptions.forTests()
                .withProperty("offset.metadata.max.bytes", "1200")
                .withProperty("log.cleaner.backoff.ms", "100")
                .withProperty("log.segment.delete.delay.ms", "100"));
    kafka = new Kafka(cluster.bootstrapServers());
  }

  @AfterAll
  void stop() {
    kafka.close();
    cluster.close();
  }

  private static String[] values(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "v" + i).toArray(String[]::new);
  }

  @Test
  void sendsLessMetadataToABrokerThatTakesLess() {
    String topic = kafka.topic(1);
    String group = Kafka.name("group");
    Lane lane = new Lane(topic + "-0");
    TopicPartition partition = new TopicPartition(topic, 0);
    kafka.send(topic, 0, "k", values(0, 4_000));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = Kafka.source(kafka.settings(group, topic));
    source.open(TestSourceContext.of("test", owner));
    owner.pollUntil(source, "all records", () -> owner.count() == 4_000);
    for (int i = 2; i < 4_000; i += 2) {
      owner.settle(lane, i);
    }
    owner.settle(lane, 0);
    source.commit(owner.commits());
    owner.pollUntil(source, "a commit", () -> kafka.committed(group, partition).orElse(0) == 1);
    assertThat(kafka.committedWithMetadata(group, partition).metadata().length())
        .isBetween(500, 1_200);

    owner.settle(lane, 1);
    source.close(); // commits synchronously, within the limit it has learnt
    assertThat(kafka.committed(group, partition)).hasValue(3);
    assertThat(kafka.committedWithMetadata(group, partition).metadata().length())
        .isBetween(500, 1_200);
  }

  @Test
  void readsCompactedTopicsWithGapsAndTombstones() {
    String topic =
        kafka.topic(
            1,
            Map.of(
                "cleanup.policy", "compact",
                "min.cleanable.dirty.ratio", "0.01",
                "segment.ms", "100",
                "delete.retention.ms", "3600000"));
    Lane lane = new Lane(topic + "-0");
    String group = Kafka.name("group");
    kafka.send(topic, 0, "a", values(0, 50));
    kafka.send(topic, 0, "b", values(50, 100));
    kafka.send(topic, 0, "b", (String) null);
    RecordingOwner probe = new RecordingOwner();
    LogSource looking = Kafka.source(kafka.settings(group, topic));
    looking.open(TestSourceContext.of("test", probe));
    probe.pollUntil(looking, "a record", () -> probe.count() > 0);
    // The cleaner leaves the active segment alone: write until it has done the rest.
    int more = 100;
    while (true) {
      kafka.send(topic, 0, "c", "v" + more++);
      long before = probe.count();
      probe.moved(looking.seek(lane, new io.penstock.connector.SeekTarget.Earliest()));
      int all = more;
      probe.pollUntil(looking, "the end", () -> probe.nextPosition(lane) >= all + 1);
      if (probe.count() - before < 50) {
        break;
      }
    }
    looking.close();

    RecordingOwner owner = new RecordingOwner();
    LogSource source = Kafka.source(kafka.settings(Kafka.name("group"), topic));
    source.open(TestSourceContext.of("test", owner));
    int end = more + 1;
    owner.pollUntil(
        source, "the end", () -> owner.owned().size() == 1 && owner.nextPosition(lane) == end);
    assertThat(owner.taken(lane))
        .filteredOn(r -> r.original().value() == null)
        .singleElement()
        .satisfies(r -> assertThat(r.event().subject()).hasValue("b"));
    owner.settleAll();
    source.close();
  }

  @Test
  void goesOnAfterTheBrokerWasAway() {
    String topic = kafka.topic(2);
    Lane lane = new Lane(topic + "-0");
    kafka.send(topic, 0, "k", values(0, 100));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = Kafka.source(kafka.settings(Kafka.name("group"), topic));
    source.open(TestSourceContext.of("test", owner));
    owner.pollUntil(source, "the first", () -> owner.count() == 100);

    cluster.kill();
    ConnectorException told = null;
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (told == null && System.nanoTime() < deadline) {
      try {
        owner.poll(source, PLENTY, Duration.ofMillis(50));
        source.commit(owner.commits());
      } catch (ConnectorException e) {
        told = e;
      }
    }
    assertThat(told).hasMessageContaining(cluster.bootstrapServers());
    assertThat(told.category()).isEqualTo(Category.RETRY);

    cluster.restart();
    kafka.send(topic, 0, "k", values(100, 200));
    deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (owner.count() < 200 && System.nanoTime() < deadline) {
      try {
        owner.poll(source, PLENTY, Duration.ofMillis(50));
      } catch (ConnectorException e) {
        assertThat(e.category()).isEqualTo(Category.RETRY);
      }
    }
    assertThat(owner.texts(lane)).containsExactly(values(0, 200));
    owner.settleAll();
    source.close();
  }
}
