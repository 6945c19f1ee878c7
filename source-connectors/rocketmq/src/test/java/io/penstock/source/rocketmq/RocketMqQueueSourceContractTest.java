package io.penstock.source.rocketmq;

import static org.awaitility.Awaitility.await;

import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.broker.rocketmq.junit.SharedRocketMq;
import io.penstock.connector.Demand;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueSource;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.testkit.contract.QueueEnvironment;
import io.penstock.testkit.contract.QueueSourceContract;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

@RocketMqTest
class RocketMqQueueSourceContractTest extends QueueSourceContract {

  @Override
  protected QueueEnvironment environment() {
    return new Environment(new RocketMq(SharedRocketMq.cluster()));
  }

  private record Environment(RocketMq outside) implements QueueEnvironment {

    @Override
    public boolean namesRoutes() {
      return false;
    }

    @Override
    public Queue newQueue() {
      return new Topic(
          outside, outside.topic(2), outside.group(GroupOrder.CONCURRENT, 16), new HashSet<>());
    }

    @Override
    public void close() {
      outside.close();
    }
  }

  /** A topic with a group; it is its sources that know what is settled, for no broker tells. */
  private record Topic(RocketMq outside, String topic, String group, Set<String> unsettled)
      implements QueueEnvironment.Queue {

    @Override
    public void put(List<QueueEnvironment.Entry> entries) {
      entries.forEach(entry -> unsettled.add(entry.text()));
      outside.send(
          topic, entries.stream().map(entry -> RocketMq.message(topic, entry.text())).toList());
    }

    @Override
    public QueueSource source() {
      return new Counting((QueueSource) RocketMq.source(outside.queue(group, topic)), unsettled);
    }

    @Override
    public void pass(Duration time) {
      await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    @Override
    public int size() {
      return unsettled.size();
    }

    @Override
    public OptionalDouble progress(String text) {
      throw new UnsupportedOperationException("the source does not keep it");
    }
  }

  /** Counts what is settled; everything else is the source's. */
  private record Counting(QueueSource source, Set<String> unsettled) implements QueueSource {

    @Override
    public void open(SourceContext context) {
      source.open(context);
    }

    @Override
    public List<LaneRecords> poll(Demand demand, Duration maxWait) {
      return source.poll(demand, maxWait);
    }

    @Override
    public QueueCapabilities capabilities() {
      return source.capabilities();
    }

    @Override
    public void started(List<SourceRecord> records) {
      source.started(records);
    }

    @Override
    public void progress(SourceRecord record, double fraction, String note) {
      source.progress(record, fraction, note);
    }

    @Override
    public void renew(List<SourceRecord> records) {
      source.renew(records);
    }

    @Override
    public void release(SourceRecord record, Duration delay) {
      source.release(record, delay);
    }

    @Override
    public void settled(List<Settled> records) {
      records.forEach(settled -> unsettled.remove(settled.record().event().text()));
      source.settled(records);
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
