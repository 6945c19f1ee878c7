package io.penstock.source.rocketmq;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.testkit.contract.LogEnvironment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Topics as logs, for the contract suites. Messages are found by the time at which they were
 * stored, and have the time at which they were born; so the suite's test of that is not for them.
 * What a broker keeps is not for clients to shorten.
 */
final class RocketMqLogEnvironment implements LogEnvironment {

  private final RocketMq outside;

  RocketMqLogEnvironment(RocketMqCluster cluster) {
    this.outside = new RocketMq(cluster);
  }

  @Override
  public Set<Feature> features() {
    return Set.of(Feature.SHARED_LANES, Feature.KEYS);
  }

  @Override
  public Log newLog(int lanes) {
    String topic = outside.topic(lanes);
    String group = RocketMq.name("group");
    return new Log() {
      @Override
      public List<Lane> lanes() {
        return outside.queues(topic).stream().map(OwnedQueue::laneOf).toList();
      }

      private MessageQueue queue(Lane lane) {
        return outside.queues(topic).stream()
            .filter(queue -> OwnedQueue.laneOf(queue).equals(lane))
            .findFirst()
            .orElseThrow();
      }

      @Override
      public void append(Lane lane, List<Entry> entries) {
        outside.send(
            queue(lane),
            entries.stream()
                .map(entry -> RocketMq.message(topic, entry.value(), entry.key()))
                .toList());
      }

      @Override
      public LogSource source() {
        return (LogSource) RocketMq.source(outside.log(group, topic));
      }

      @Override
      public OptionalLong committed(Lane lane) {
        return outside.committed(group, queue(lane));
      }

      @Override
      public void removeBefore(Lane lane, long position) {
        throw new UnsupportedOperationException("features() does not name it");
      }
    };
  }

  @Override
  public LogSource unreachable() {
    return (LogSource)
        RocketMq.source(Map.of("nameServer", "127.0.0.1:1", "topics", "none", "group", "none"));
  }

  @Override
  public void close() {
    outside.close();
  }
}
