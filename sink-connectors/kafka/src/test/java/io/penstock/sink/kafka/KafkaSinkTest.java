package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.ConnectorException.Category;
import io.penstock.connector.Failpoints;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is Kafka's own about the sink; the rest is in the contract suite. */
@KafkaTest
class KafkaSinkTest {

  private final List<Sink> open = new ArrayList<>();
  private Kafka kafka;

  @BeforeEach
  void connect(KafkaCluster cluster) {
    kafka = new Kafka(cluster.bootstrapServers());
  }

  @AfterEach
  void disconnect() {
    open.forEach(Sink::close);
    kafka.close();
  }

  private Sink open(String topic, Map<String, Object> more, Failpoints failpoints) {
    Map<String, Object> settings = new HashMap<>(kafka.settings(topic));
    settings.putAll(more);
    Sink sink = Kafka.sink(settings);
    open.add(sink);
    sink.open(new SinkContext("test", 8L << 20, failpoints));
    return sink;
  }

  private Sink open(String topic, Map<String, Object> more) {
    return open(topic, more, Failpoints.NONE);
  }

  private static SinkRecord record(@Nullable String key, String id, long orderKey) {
    return new SinkRecord(
        Event.builder().id(id).subject("about " + id).text(id).build(),
        key == null ? null : key.getBytes(UTF_8),
        orderKey);
  }

  private static List<SinkOutcome> deliver(Sink sink, List<SinkRecord> records) throws Exception {
    return sink.deliver(records).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static void deliverAll(Sink sink, List<SinkRecord> records) throws Exception {
    assertThat(deliver(sink, records)).allMatch(o -> o instanceof SinkOutcome.Delivered);
  }

  private static @Nullable String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? null : new String(record.key(), UTF_8);
  }

  @Test
  void keepsTheKeyOfTheSourceRecord() throws Exception {
    String topic = kafka.topic(4, Map.of());
    deliverAll(open(topic, Map.of()), List.of(record("a", "1", 7), record(null, "2", 0)));
    assertThat(kafka.read(topic, 2))
        .extracting(KafkaSinkTest::key)
        .containsExactlyInAnyOrder("a", null);
  }

  @Test
  void takesAnAttributeForAKeyOrNone() throws Exception {
    String topic = kafka.topic(1, Map.of());
    deliverAll(open(topic, Map.of("key", "subject")), List.of(record("a", "1", 7)));
    deliverAll(open(topic, Map.of("key", "none")), List.of(record("a", "2", 7)));
    deliverAll(open(topic, Map.of("key", "noextension")), List.of(record("a", "3", 7)));
    assertThat(kafka.read(topic, 3))
        .extracting(KafkaSinkTest::key)
        .containsExactly("about 1", null, null);
  }

  @Test
  void writesRecordsWithoutKeyThatAreBoundToAnOrderToOnePartition() throws Exception {
    String topic = kafka.topic(5, Map.of());
    Sink sink = open(topic, Map.of());
    List<SinkRecord> records = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      records.add(record(null, i % 10 + "-" + i, OrderKeys.mix(i % 10 + 1)));
    }
    deliverAll(sink, records);
    List<ConsumerRecord<byte[], byte[]>> read = kafka.read(topic, 200);
    Map<String, List<String>> byOrder =
        read.stream()
            .map(r -> new String(r.value(), UTF_8))
            .collect(Collectors.groupingBy(v -> v.split("-")[0]));
    byOrder.forEach(
        (order, values) ->
            assertThat(values)
                .containsExactlyElementsOf(
                    IntStream.range(0, 20)
                        .mapToObj(i -> order + "-" + (i * 10 + order(order)))
                        .toList()));
    assertThat(read.stream().map(ConsumerRecord::partition).distinct()).hasSizeGreaterThan(1);
  }

  private static int order(String text) {
    return Integer.parseInt(text);
  }

  @Test
  void writesTombstones() throws Exception {
    String topic = kafka.topic(1, Map.of("cleanup.policy", "compact"));
    Event event = Event.builder().id("1").extension("kafkatombstone", "true").build();
    deliverAll(open(topic, Map.of()), List.of(new SinkRecord(event, "k".getBytes(UTF_8), 7)));
    assertThat(kafka.read(topic, 1).get(0).value()).isNull();
  }

  @Test
  void refusesInvalidRecordsForGoodAndNoneBesideThem() throws Exception {
    String topic = kafka.topic(1, Map.of("cleanup.policy", "compact"));
    Sink sink = open(topic, Map.of());
    deliverAll(sink, List.of(record("k", "first", 7)));
    List<SinkRecord> left = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      left.add(record(i == 10 ? null : "k", "r" + i, 7)); // a compacted topic needs keys
    }
    int rejected = 0;
    for (int round = 0; round < 10 && !left.isEmpty(); round++) {
      List<SinkOutcome> outcomes = deliver(sink, left);
      List<SinkRecord> again = new ArrayList<>();
      for (int i = 0; i < left.size(); i++) {
        if (outcomes.get(i) instanceof SinkOutcome.Reject) {
          rejected++;
          assertThat(left.get(i).event().id()).isEqualTo("r10");
        } else if (!(outcomes.get(i) instanceof SinkOutcome.Delivered)) {
          assertThat(outcomes.get(i)).isEqualTo(SinkOutcome.NotTried.INSTANCE);
          again.add(left.get(i));
        }
      }
      left = again;
    }
    assertThat(left).isEmpty();
    assertThat(rejected).isEqualTo(1);
    assertThat(kafka.read(topic, 20))
        .extracting(r -> new String(r.value(), UTF_8))
        .containsExactlyElementsOf(
            IntStream.range(-1, 20)
                .filter(i -> i != 10)
                .mapToObj(i -> i < 0 ? "first" : "r" + i)
                .toList());
  }

  @Test
  void refusesWhatIsTooLargeForItsOwnBuffer() throws Exception {
    String topic = kafka.topic(1, Map.of());
    Sink sink = open(topic, Map.of());
    Event huge = Event.builder().id("huge").data(new byte[5 << 20]).build();
    List<SinkOutcome> outcomes =
        deliver(
            sink, List.of(record("k", "1", 7), new SinkRecord(huge, null, 7), record("k", "2", 7)));
    assertThat(outcomes.get(1))
        .isInstanceOfSatisfying(
            SinkOutcome.Reject.class,
            reject -> assertThat(reject.text()).contains(topic).contains("max.request.size"));
    assertThat(outcomes.get(0)).isEqualTo(SinkOutcome.Delivered.INSTANCE);
    assertThat(outcomes.get(2)).isEqualTo(SinkOutcome.Delivered.INSTANCE);
  }

  @Test
  void triesNothingBehindARecordItCouldNotHandOver() throws Exception {
    String topic = kafka.topic(1, Map.of());
    Sink sink = open(topic, Map.of("properties", Map.of("max.block.ms", 500)));
    Kafka.get(
        kafka.admin.deleteTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture());
    List<SinkOutcome> outcomes =
        deliver(sink, List.of(record("k", "1", 7), record("k", "2", 7), record("l", "3", 8)));
    assertThat(outcomes.get(0)).isInstanceOf(SinkOutcome.Retry.class);
    assertThat(outcomes.subList(1, 3)).containsOnly(SinkOutcome.NotTried.INSTANCE);
  }

  @Test
  void saysWhichTopicIsMissing() {
    assertThatThrownBy(
            () -> open("no-such-topic", Map.of("properties", Map.of("max.block.ms", 500))))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> {
              assertThat(e.category()).isEqualTo(Category.FATAL);
              assertThat(e).hasMessageContaining("no-such-topic").hasMessageContaining("Create it");
            });
  }

  @Test
  void reachesItsFailpointsAroundEachCall() throws Exception {
    List<String> reached = new CopyOnWriteArrayList<>();
    Sink sink = open(kafka.topic(1, Map.of()), Map.of(), reached::add);
    deliverAll(sink, List.of(record("k", "1", 7), record("k", "2", 7)));
    // The second is reached on the producer's thread, perhaps after the answer is known here.
    await()
        .untilAsserted(
            () -> assertThat(reached).containsExactly("kafka-before-send", "kafka-after-send"));
  }
}
