package io.penstock.sink.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

@RocketMqTest
class RocketMqSinkTest {

  private static SinkRecord record(int number, String key) {
    return new SinkRecord(
        Event.builder().id("e-" + number).text("text " + number).build(),
        key == null ? null : key.getBytes(UTF_8),
        key == null ? 0 : key.hashCode());
  }

  private static List<SinkOutcome> deliver(Map<String, Object> settings, List<SinkRecord> records) {
    Sink sink = RocketMq.sink(settings);
    try (sink) {
      sink.open(new SinkContext("test", 1 << 20, Failpoints.NONE));
      return sink.deliver(records).toCompletableFuture().join();
    }
  }

  @Test
  void putsAGroupIntoTheQueueThatOtherProducersChoose(RocketMqCluster cluster) throws Exception {
    try (RocketMq outside = new RocketMq(cluster)) {
      String topic = outside.topic(5, TopicType.FIFO);
      List<SinkRecord> records = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        records.add(record(i, "group-" + i));
      }
      assertThat(deliver(outside.settings(topic), records))
          .allMatch(outcome -> outcome instanceof SinkOutcome.Delivered);
      for (MessageExt message : outside.read(topic, 50)) {
        String group = message.getProperty("__SHARDINGKEY");
        assertThat(message.getQueueId()).isEqualTo(Math.abs(group.hashCode() % 5));
        assertThat(message.getKeys()).isEqualTo(message.getProperty("CE_id"));
      }
    }
  }

  @Test
  void delaysMessages(RocketMqCluster cluster) throws Exception {
    try (RocketMq outside = new RocketMq(cluster)) {
      String topic = outside.topic(1, TopicType.DELAY);
      Map<String, Object> settings = new HashMap<>(outside.settings(topic));
      settings.put("delay", "2s");
      long sentMs = System.currentTimeMillis();
      assertThat(deliver(settings, List.of(record(1, null), record(2, null))))
          .allMatch(outcome -> outcome instanceof SinkOutcome.Delivered);
      List<MessageExt> found = outside.read(topic, 2);
      assertThat(found).hasSize(2);
      assertThat(System.currentTimeMillis() - sentMs).isGreaterThanOrEqualTo(1_500);
    }
  }
}
