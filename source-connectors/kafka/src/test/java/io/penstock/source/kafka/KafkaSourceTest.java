package io.penstock.source.kafka;

import static io.penstock.testkit.contract.RecordingOwner.NOTHING;
import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.ConnectorException.Category;
import io.penstock.connector.DecodeException;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SourceRecord;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Kafka's own about the source; the rest is in the contract suites. */
@KafkaTest
class KafkaSourceTest {

  private final String group = Kafka.name("group");
  private final List<LogSource> open = new ArrayList<>();
  private Kafka kafka;

  @BeforeEach
  void connect(KafkaCluster cluster) {
    kafka = new Kafka(cluster.bootstrapServers());
  }

  @AfterEach
  void disconnect() {
    open.forEach(LogSource::close);
    kafka.close();
  }

  private LogSource open(Map<String, Object> settings, LaneOwner owner) {
    return open(settings, TestSourceContext.of("test", owner));
  }

  private LogSource open(Map<String, Object> settings, TestSourceContext context) {
    LogSource source = Kafka.source(settings);
    open.add(source);
    source.open(context);
    return source;
  }

  private void close(LogSource source) {
    open.remove(source);
    source.close();
  }

  private Map<String, Object> settings(String topic) {
    return kafka.settings(group, topic);
  }

  private Map<String, Object> settings(String topic, Map<String, Object> properties) {
    Map<String, Object> settings = settings(topic);
    settings.put("properties", Kafka.properties(properties));
    return settings;
  }

  private static Lane lane(String topic) {
    return new Lane(topic + "-0");
  }

  private static TopicPartition partition(String topic) {
    return new TopicPartition(topic, 0);
  }

  private static void pollUntilOwned(LogSource source, RecordingOwner owner, int lanes) {
    owner.pollUntil(source, lanes + " lanes", () -> owner.owned().size() == lanes);
  }

  private static void pollUntilTaken(LogSource source, RecordingOwner owner, int records) {
    owner.pollUntil(source, records + " records", () -> owner.count() >= records);
  }

  // ---- where it begins

  @Test
  void keepsWhereItBeganAtTheLatestRecord() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", "old");
    Map<String, Object> settings = settings(topic);
    settings.put("startAt", "latest");
    RecordingOwner first = new RecordingOwner();
    LogSource source = open(settings, first);
    pollUntilOwned(source, first, 1);
    assertThat(kafka.committed(group, partition(topic)))
        .as("decided once, and stored before the first record")
        .hasValue(1);
    kafka.send(topic, 0, "k", "new");
    close(source); // as a crash would, without having seen it

    RecordingOwner second = new RecordingOwner();
    LogSource again = open(settings, second);
    pollUntilTaken(again, second, 1);
    assertThat(second.texts(lane(topic))).containsExactly("new");
  }

  @Test
  void beginsAtATime() {
    String topic = kafka.topic(2);
    long now = System.currentTimeMillis();
    for (int i = 0; i < 10; i++) {
      kafka.producer.send(
          new ProducerRecord<>(topic, 0, now + i * 1_000, null, Kafka.bytes("v" + i)));
    }
    kafka.producer.flush();
    Map<String, Object> settings = settings(topic);
    settings.put("startAt", Instant.ofEpochMilli(now + 6_500).toString());
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings, owner);
    pollUntilTaken(source, owner, 3);
    assertThat(owner.texts(lane(topic))).containsExactly("v7", "v8", "v9");
    assertThat(owner.lastStart(new Lane(topic + "-1")).position())
        .as("nothing is as young: the end")
        .isZero();
  }

  @Test
  void beginsAtOffsetsAndElsewhereAtTheEarliest() {
    String topic = kafka.topic(2);
    kafka.send(topic, 0, "k", "a0", "a1", "a2");
    kafka.send(topic, 1, "k", "b0", "b1");
    Map<String, Object> settings = settings(topic);
    settings.put("startAt", Map.of("offsets", Map.of(topic + "-0", 2)));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings, owner);
    pollUntilTaken(source, owner, 3);
    assertThat(owner.texts(lane(topic))).containsExactly("a2");
    assertThat(owner.texts(new Lane(topic + "-1"))).containsExactly("b0", "b1");
  }

  @Test
  void readsTopicsByAPatternAlsoLaterOnes() {
    String prefix = Kafka.name("pattern");
    kafka.create(prefix + "-a", 1, Map.of());
    kafka.send(prefix + "-a", 0, "k", "a");
    Map<String, Object> settings = settings("x", Map.of("metadata.max.age.ms", 300));
    settings.remove("topics");
    settings.put("topicPattern", prefix + "-.*");
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings, owner);
    pollUntilTaken(source, owner, 1);

    kafka.create(prefix + "-b", 1, Map.of());
    kafka.send(prefix + "-b", 0, "k", "b");
    pollUntilTaken(source, owner, 2);
    assertThat(owner.texts(lane(prefix + "-b"))).containsExactly("b");
    assertThat(owner.history())
        .as("with cooperative rebalancing the first lane stays")
        .noneMatch(step -> step.startsWith("revoking"));
  }

  @Test
  void saysWhichTopicIsMissing() {
    assertThatThrownBy(() -> open(settings("no-such-topic"), new RecordingOwner()))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> {
              assertThat(e.category()).isEqualTo(Category.FATAL);
              assertThat(e).hasMessageContaining("no-such-topic").hasMessageContaining("Create it");
            });
    assertThatThrownBy(
            () ->
                open(
                    settings("no-such-topic", Map.of("allow.auto.create.topics", true)),
                    new RecordingOwner()))
        .as("the brokers of this test don't create topics")
        .hasMessageContaining("no-such-topic");
  }

  // ---- what it stores

  @Test
  void storesTheRangesBeyondThePrefixWithTheEpoch() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", IntStream.range(0, 10).mapToObj(i -> "v" + i).toArray(String[]::new));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), owner);
    pollUntilTaken(source, owner, 10);
    for (int i : new int[] {0, 1, 4, 5, 8}) {
      owner.settle(lane(topic), i);
    }
    source.commit(owner.commits());
    owner.pollUntil(
        source, "commit", () -> kafka.committed(group, partition(topic)).orElse(0) == 2);
    OffsetAndMetadata stored = kafka.committedWithMetadata(group, partition(topic));
    assertThat(stored.leaderEpoch()).isPresent();
    assertThat(PositionRanges.decode(2, stored.metadata()))
        .isEqualTo(PositionRanges.builder().add(4, 6).add(8, 9).build());
  }

  @Test
  void storesAsManyRangesAsFit() {
    String topic = kafka.topic(1);
    int records = 9_000;
    kafka.send(
        topic, 0, "k", IntStream.range(0, records).mapToObj(i -> "v" + i).toArray(String[]::new));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), owner);
    pollUntilTaken(source, owner, records);
    for (int i = 2; i < records; i += 2) {
      owner.settle(lane(topic), i);
    }
    owner.settle(lane(topic), 0);
    source.commit(owner.commits());
    close(source);

    assertThat(kafka.committedWithMetadata(group, partition(topic)).metadata().length())
        .isBetween(3_900, 4_096);
    RecordingOwner second = new RecordingOwner();
    LogSource again = open(settings(topic), second);
    pollUntilOwned(again, second, 1);
    PositionRanges known = second.lastStart(lane(topic)).settled();
    assertThat(known.size()).isGreaterThan(1_400);
    for (int i = 1; i < 2_000; i++) {
      assertThat(known.contains(i)).isEqualTo(i % 2 == 0);
    }
  }

  @Test
  void ignoresMetadataOfOthers() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", "a", "b", "c");
    Kafka.get(
        kafka
            .admin
            .alterConsumerGroupOffsets(
                group, Map.of(partition(topic), new OffsetAndMetadata(1, "written by a tool")))
            .all());
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), owner);
    pollUntilTaken(source, owner, 2);
    assertThat(owner.lastStart(lane(topic)))
        .isEqualTo(new LaneStart(lane(topic), 1, PositionRanges.empty()));
  }

  @Test
  void passesTransactionMarkersAndAbortedRecords() {
    String topic = kafka.topic(1);
    try (KafkaProducer<byte[], byte[]> producer =
        kafka.producer(Map.of("transactional.id", Kafka.name("tx")))) {
      producer.initTransactions();
      for (int i = 0; i < 4; i++) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, null, Kafka.bytes("t" + i + "a")));
        producer.send(new ProducerRecord<>(topic, 0, null, Kafka.bytes("t" + i + "b")));
        producer.flush();
        if (i % 2 == 0) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
    }
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), owner);
    // Two records and a marker four times over.
    owner.pollUntil(
        source,
        "the end",
        () -> owner.owned().size() == 1 && owner.nextPosition(lane(topic)) == 12);
    assertThat(owner.texts(lane(topic))).containsExactly("t0a", "t0b", "t2a", "t2b");
    owner.settleAll();
    source.commit(owner.commits());
    owner.pollUntil(
        source,
        "a commit behind the last marker",
        () -> kafka.committed(group, partition(topic)).equals(OptionalLong.of(12)));
    assertThat(source.lag(lane(topic))).isZero();
  }

  @Test
  void reachesItsFailpointsAroundEachCommit() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", "a");
    List<String> reached = new ArrayList<>();
    RecordingOwner owner = new RecordingOwner();
    LogSource source =
        open(settings(topic), TestSourceContext.of("test", owner).withFailpoints(reached::add));
    pollUntilTaken(source, owner, 1);
    owner.settleAll();
    source.commit(owner.commits());
    owner.pollUntil(source, "the answer", () -> reached.contains("kafka-after-commit"));
    close(source);
    assertThat(reached)
        .containsExactly(
            "kafka-before-commit",
            "kafka-after-commit",
            "kafka-before-revoke-commit",
            "kafka-after-revoke-commit");
  }

  @Test
  void leavesOutCommitsOfLanesItDoesNotOwn() {
    String topic = kafka.topic(1);
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), owner);
    pollUntilOwned(source, owner, 1);
    Lane gone = new Lane(topic + "-7");
    source.commit(Map.of(gone, new LaneCommit(5, PositionRanges.empty())));
    source.pause(List.of(gone));
    source.resume(List.of(gone));
    close(source);
    assertThat(kafka.committed(group, new TopicPartition(topic, 7))).isEmpty();
  }

  // ---- offsets that are not there

  @Test
  void beginsAnewInATopicThatWasMadeAnew() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", "old-0", "old-1", "old-2");
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic, Map.of("metadata.max.age.ms", 300)), owner);
    pollUntilTaken(source, owner, 3);
    String oldId = owner.taken(lane(topic)).get(0).event().id();

    Kafka.get(kafka.admin.deleteTopics(List.of(topic)).all());
    kafka.create(topic, 1, Map.of());
    kafka.send(topic, 0, "k", "new-0");
    pollUntilTaken(source, owner, 4);

    SourceRecord fresh = owner.taken(lane(topic)).get(3);
    assertThat(fresh.event().text()).isEqualTo("new-0");
    assertThat(fresh.position()).isZero();
    assertThat(fresh.event().id())
        .as("the same topic, partition and offset, but another event")
        .isNotEqualTo(oldId);
    assertThat(owner.history()).contains("lost " + lane(topic)).endsWith("assigned " + lane(topic));
  }

  @Test
  void tellsAGapWhenRetentionHasPassedIt() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", "a", "b", "c", "d");
    RecordingOwner first = new RecordingOwner();
    LogSource source = open(settings(topic), first);
    pollUntilOwned(source, first, 1);
    close(source); // the group is at 0
    kafka.deleteBefore(partition(topic), 4);

    RecordingOwner second = new RecordingOwner();
    LogSource again = open(settings(topic), second);
    second.pollUntil(
        again,
        "the real position, though there is no record",
        () -> second.owned().size() == 1 && second.nextPosition(lane(topic)) == 4);
    again.commit(second.commits());
    second.pollUntil(
        again, "a commit of it", () -> kafka.committed(group, partition(topic)).orElse(0) == 4);
  }

  @Test
  void stopsAtAnOffsetOutOfRangeIfItIsToldSo() {
    String topic = kafka.topic(1);
    Map<String, Object> settings = settings(topic, Map.of("auto.offset.reset", "none"));
    settings.put("startAt", Map.of("offsets", Map.of(topic + "-0", 100)));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings, owner);
    assertThatThrownBy(() -> owner.pollUntil(source, "a failure", () -> false))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> {
              assertThat(e.category()).isEqualTo(Category.FATAL);
              assertThat(e).hasMessageContaining("100").hasMessageContaining("auto.offset.reset");
            });
  }

  // ---- membership

  @Test
  void staysInTheGroupWhileItTakesNothing() {
    String topic = kafka.topic(1);
    RecordingOwner owner = new RecordingOwner();
    LogSource source =
        open(
            settings(
                topic,
                Map.of(
                    "max.poll.interval.ms", 1_500,
                    "session.timeout.ms", 1_500,
                    "heartbeat.interval.ms", 300)),
            owner);
    pollUntilOwned(source, owner, 1);
    source.pause(List.of(lane(topic)));
    kafka.send(topic, 0, "k", "a");
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    while (System.nanoTime() < end) {
      assertThat(owner.poll(source, NOTHING, Duration.ofMillis(50))).isEmpty();
    }
    source.resume(List.of(lane(topic)));
    pollUntilTaken(source, owner, 1);
    assertThat(owner.history()).containsExactly("assigned " + lane(topic));
  }

  @Test
  void tellsOfLanesThatWereLostMeanwhile() {
    String topic = kafka.topic(1);
    kafka.send(topic, 0, "k", "a");
    Map<String, Object> settings =
        settings(
            topic,
            Map.of(
                "max.poll.interval.ms", 1_000,
                "session.timeout.ms", 1_000,
                "heartbeat.interval.ms", 200));
    RecordingOwner first = new RecordingOwner();
    LogSource absent = open(settings, first);
    pollUntilTaken(absent, first, 1);
    RecordingOwner second = new RecordingOwner();
    LogSource other = open(settings, second);
    pollUntilTaken(other, second, 1); // while the first one does not poll

    first.pollUntil(absent, "the loss", () -> first.history().contains("lost " + lane(topic)));
    assertThat(second.texts(lane(topic))).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.clients.consumer.RangeAssignor",
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
      })
  void worksWithEagerAndCooperativeAssignment(String assignor) {
    String topic = kafka.topic(4);
    Map<String, Object> settings =
        settings(
            topic, Map.of("partition.assignment.strategy", assignor, "heartbeat.interval.ms", 100));
    RecordingOwner first = new RecordingOwner();
    RecordingOwner second = new RecordingOwner();
    LogSource one = open(settings, first);
    pollUntilOwned(one, first, 4);
    LogSource two = open(settings, second);
    first.pollUntil(
        one,
        "two lanes each",
        () -> {
          second.poll(two, PLENTY, Duration.ofMillis(20));
          return first.owned().size() == 2 && second.owned().size() == 2;
        });
    long given =
        first.history().stream().filter(step -> step.startsWith("revoking")).distinct().count();
    assertThat(given).isEqualTo(assignor.contains("Cooperative") ? 2 : 4);
  }

  @Test
  void losesNoLaneWhenTheEngineFailsToTakeIt() {
    String topic = kafka.topic(2);
    kafka.send(topic, 0, "k", "a");
    kafka.send(topic, 1, "k", "b");
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), new FailingOnce(owner));
    int failures = 0;
    while (owner.count() < 2) {
      try {
        owner.poll(source, PLENTY, Duration.ofMillis(50));
      } catch (ConnectorException e) {
        assertThat(e.category()).isEqualTo(Category.RETRY);
        failures++;
      }
    }
    assertThat(failures).isLessThanOrEqualTo(1);
    assertThat(owner.owned()).hasSize(2);
  }

  private static final class FailingOnce implements LaneOwner {
    private final LaneOwner owner;
    private boolean failed;

    FailingOnce(LaneOwner owner) {
      this.owner = owner;
    }

    @Override
    public void assigned(Collection<LaneStart> lanes) {
      if (!failed) {
        failed = true;
        throw new IllegalStateException("not now");
      }
      owner.assigned(lanes);
    }

    @Override
    public CompletionStage<Map<Lane, LaneCommit>> revoking(Collection<Lane> lanes) {
      return owner.revoking(lanes);
    }

    @Override
    public void commitFailed(Collection<Lane> lanes) {
      owner.commitFailed(lanes);
    }

    @Override
    public void lost(Collection<Lane> lanes) {
      owner.lost(lanes);
    }
  }

  // ---- CloudEvents over the wire

  @Test
  void readsCloudEventsOfBothModesAndRefusesBrokenOnes() {
    String topic = kafka.topic(1);
    ProducerRecord<byte[], byte[]> binary =
        new ProducerRecord<>(topic, 0, Kafka.bytes("k"), Kafka.bytes("<xml/>"));
    binary
        .headers()
        .add("ce_specversion", Kafka.bytes("1.0"))
        .add("ce_id", Kafka.bytes("e-1"))
        .add("ce_source", Kafka.bytes("/shop"))
        .add("ce_type", Kafka.bytes("paid"))
        .add("content-type", Kafka.bytes("application/xml"));
    ProducerRecord<byte[], byte[]> structured =
        new ProducerRecord<>(
            topic,
            0,
            null,
            Kafka.bytes(
                "{\"specversion\":\"1.0\",\"id\":\"e-2\",\"source\":\"/shop\",\"type\":\"paid\","
                    + "\"data\":{\"total\":1.0}}"));
    structured.headers().add("content-type", Kafka.bytes("application/cloudevents+json"));
    ProducerRecord<byte[], byte[]> broken = new ProducerRecord<>(topic, 0, null, Kafka.bytes("{"));
    broken.headers().add("content-type", Kafka.bytes("application/cloudevents+json"));
    kafka.send(List.of(binary, structured, broken));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(settings(topic), owner);
    pollUntilTaken(source, owner, 3);

    List<SourceRecord> records = owner.taken(lane(topic));
    assertThat(records.get(0).event().id()).isEqualTo("e-1");
    assertThat(records.get(0).event().dataContentType()).hasValue("application/xml");
    assertThat(records.get(1).event().id()).isEqualTo("e-2");
    assertThat(records.get(1).event().text()).isEqualTo("{\"total\":1.0}");
    assertThatThrownBy(() -> records.get(2).event()).isInstanceOf(DecodeException.class);
    assertThat(records.get(2).original().value()).isEqualTo(Kafka.bytes("{"));
  }
}
