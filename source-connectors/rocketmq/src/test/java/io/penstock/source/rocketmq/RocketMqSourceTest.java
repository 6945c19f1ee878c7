package io.penstock.source.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.QueueSource;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.Settlement;
import io.penstock.connector.Source;
import io.penstock.connector.SourceRecord;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What RocketMQ's source has beyond the contracts. */
@RocketMqTest
class RocketMqSourceTest {

  private final List<Source> open = new ArrayList<>();
  private RocketMq outside;

  @BeforeEach
  void connect(RocketMqCluster cluster) {
    outside = new RocketMq(cluster);
  }

  @AfterEach
  void disconnect() {
    open.forEach(Source::close);
    outside.close();
  }

  private Source open(Map<String, Object> settings, RecordingOwner owner) {
    Source source = RocketMq.source(settings);
    source.open(TestSourceContext.of("test", owner));
    open.add(source);
    return source;
  }

  private void close(Source source) {
    open.remove(source);
    source.close();
  }

  private static Set<String> texts(RecordingOwner owner) {
    Set<String> texts = new TreeSet<>();
    for (Lane lane : owner.owned()) {
      texts.addAll(owner.texts(lane));
    }
    return texts;
  }

  private static Message tagged(String topic, String body, String tag, int size) {
    Message message = RocketMq.message(topic, body);
    message.setTags(tag);
    message.putUserProperty("size", Integer.toString(size));
    return message;
  }

  private Map<String, Object> settings(Mode mode, String topic) {
    return mode == Mode.LOG
        ? outside.log(RocketMq.name("group"), topic)
        : outside.queue(outside.group(GroupOrder.CONCURRENT, 16), topic);
  }

  @ParameterizedTest
  @EnumSource
  void theBrokerSortsOutByTag(Mode mode) {
    String topic = outside.topic(1);
    outside.send(
        topic,
        List.of(
            tagged(topic, "a", "red", 1),
            tagged(topic, "b", "green", 2),
            tagged(topic, "c", "blue", 3)));
    Map<String, Object> settings = settings(mode, topic);
    settings.put("tags", List.of("red", "blue"));
    RecordingOwner owner = new RecordingOwner();
    Source source = open(settings, owner);
    owner.pollUntil(source, "two messages", () -> owner.count() == 2);
    assertThat(texts(owner)).containsExactly("a", "c");
  }

  @ParameterizedTest
  @EnumSource
  void theBrokerSortsOutByProperties(Mode mode) {
    String topic = outside.topic(1);
    outside.send(
        topic,
        List.of(
            tagged(topic, "a", "red", 1),
            tagged(topic, "b", "red", 2),
            tagged(topic, "c", "red", 3)));
    Map<String, Object> settings = settings(mode, topic);
    settings.put("sql", "size > 1 AND TAGS = 'red'");
    RecordingOwner owner = new RecordingOwner();
    Source source = open(settings, owner);
    owner.pollUntil(source, "two messages", () -> owner.count() == 2);
    assertThat(texts(owner)).containsExactly("b", "c");
  }

  @Test
  void aStartAtLastIsKeptAndNewQueuesAreReadFromTheirBeginning() {
    String topic = outside.topic(2);
    outside.send(
        topic, List.of(RocketMq.message(topic, "old-0"), RocketMq.message(topic, "old-1")));
    Map<String, Object> settings = outside.log(RocketMq.name("group"), topic);
    settings.put("startAt", "last");
    RecordingOwner first = new RecordingOwner();
    Source source = open(settings, first);
    first.pollUntil(source, "two queues", () -> first.owned().size() == 2);
    close(source); // nothing was read, and the start is kept all the same

    outside.send(
        topic, List.of(RocketMq.message(topic, "new-0"), RocketMq.message(topic, "new-1")));
    outside.cluster.createTopic(topic, 3, RocketMqCluster.TopicType.NORMAL);
    await().until(() -> outside.queues(topic).size() == 3);
    outside.send(outside.queues(topic).get(2), List.of(RocketMq.message(topic, "new-2")));
    RecordingOwner second = new RecordingOwner();
    Source again = open(settings, second);
    second.pollUntil(again, "three messages", () -> second.count() == 3);
    assertThat(texts(second)).containsExactly("new-0", "new-1", "new-2");
  }

  @Test
  void seeksByTheTimeOfStoring() {
    String topic = outside.topic(1);
    outside.send(topic, List.of(RocketMq.message(topic, "a"), RocketMq.message(topic, "b")));
    Instant between = Instant.now().plusMillis(500);
    await().pollDelay(Duration.ofMillis(10)).until(() -> Instant.now().isAfter(between));
    outside.send(topic, List.of(RocketMq.message(topic, "c")));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = (LogSource) open(outside.log(RocketMq.name("group"), topic), owner);
    owner.pollUntil(source, "three messages", () -> owner.count() == 3);
    Lane lane = owner.owned().iterator().next();
    assertThat(source.seek(lane, new SeekTarget.At(between)).position()).isEqualTo(2);
  }

  @Test
  void aMessagePutBackIsDeliveredOnceMoreAndCounted() {
    String topic = outside.topic(1);
    outside.send(topic, List.of(RocketMq.message(topic, "a")));
    RecordingOwner owner = new RecordingOwner();
    RocketMqQueueSource source = (RocketMqQueueSource) open(settings(Mode.QUEUE, topic), owner);
    List<SourceRecord> taken = new ArrayList<>();
    pollInto(taken, 1, source, owner);
    source.release(taken.get(0), Duration.ZERO);
    pollInto(taken, 2, source, owner);
    assertThat(taken.get(1).event().id()).isEqualTo(taken.get(0).event().id());
    assertThat(taken.get(1).previousAttempts()).isEqualTo(1);
    assertThat(taken.get(1).event().extension("rocketmqattempt")).contains("2");
  }

  @Tag("crash") // for its waiting
  @Test
  void whatWasRenewedAndSettledDoesNotComeAgain() {
    String topic = outside.topic(1);
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      messages.add(RocketMq.message(topic, "m-" + i));
    }
    outside.send(topic, messages);
    RecordingOwner owner = new RecordingOwner();
    RocketMqQueueSource source = (RocketMqQueueSource) open(settings(Mode.QUEUE, topic), owner);
    List<SourceRecord> taken = new ArrayList<>();
    pollInto(taken, 10, source, owner);
    source.renew(taken);
    source.renew(taken);
    source.settled(
        taken.stream()
            .limit(9)
            .map(record -> new QueueSource.Settled(record, Settlement.DELIVERED))
            .toList());
    // The broker looks for what was let go in the order in which it was renewed: the last one is
    // behind the others.
    pollInto(taken, 11, source, owner);
    assertThat(taken.stream().skip(10).map(record -> record.event().text())).containsExactly("m-9");
  }

  private static void pollInto(
      List<SourceRecord> taken, int count, Source source, RecordingOwner owner) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              source
                  .poll(RecordingOwner.PLENTY, Duration.ofMillis(20))
                  .forEach(lane -> taken.addAll(lane.records()));
              return taken.size() >= count;
            });
    assertThat(owner.owned()).isNotEmpty();
  }
}
