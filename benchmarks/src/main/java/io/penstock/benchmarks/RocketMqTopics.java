package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.Work;
import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/** The topics of the RocketMQ benchmark, as the measuring side sees them. */
@SuppressWarnings("deprecation") // the one client that reads queues from any place, and no more
final class RocketMqTopics implements AutoCloseable {

  static final int QUEUES = 12;
  static final int GROUPS = 10_000;

  private static final int BATCH = 500;

  private final RocketMqCluster cluster;
  private final DefaultMQPullConsumer reader = new DefaultMQPullConsumer("benchmark-reader");
  private final DefaultMQProducer producer = new DefaultMQProducer("benchmark-feeder");

  RocketMqTopics(RocketMqCluster cluster) {
    this.cluster = cluster;
    reader.setNamesrvAddr(cluster.nameServer());
    reader.setInstanceName("benchmark-reader");
    producer.setNamesrvAddr(cluster.nameServer());
    producer.setInstanceName("benchmark-feeder");
    try {
      reader.start();
      producer.start();
    } catch (MQClientException e) {
      throw new BenchmarkException("The clients did not start.", e);
    }
  }

  void create(String topic) {
    cluster.createTopic(topic, QUEUES, TopicType.FIFO);
  }

  private interface Question<T> {
    T ask() throws MQClientException, MQBrokerException, RemotingException, InterruptedException;
  }

  private static <T> T ask(Question<T> question) {
    try {
      return question.ask();
    } catch (MQClientException | MQBrokerException | RemotingException e) {
      throw new BenchmarkException("The broker did not answer as it should.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("Interrupted while waiting for the broker.", e);
    }
  }

  private List<MessageQueue> queues(String topic) {
    return ask(() -> producer.fetchPublishMessageQueues(topic));
  }

  /** Returns how many messages were written to a topic. */
  long written(String topic) {
    long sum = 0;
    for (MessageQueue queue : queues(topic)) {
      sum += ask(() -> reader.maxOffset(queue));
    }
    return sum;
  }

  /** Writes events with the ids from 0 and no time, each to the queue of its group. */
  void fill(String topic, long events) {
    List<MessageQueue> queues = queues(topic);
    Map<MessageQueue, List<Message>> batches = new HashMap<>();
    for (long id = 0; id < events; id++) {
      String group = group(id);
      Message message = new Message(topic, Work.make(id, 0));
      MessageAccessor.putProperty(message, MessageConst.PROPERTY_SHARDING_KEY, group);
      MessageQueue queue = queues.get(Math.floorMod(group.hashCode(), queues.size()));
      List<Message> batch = batches.computeIfAbsent(queue, q -> new ArrayList<>());
      batch.add(message);
      if (batch.size() == BATCH) {
        ask(() -> producer.send(List.copyOf(batch), queue));
        batch.clear();
      }
    }
    batches.forEach(
        (queue, batch) -> {
          if (!batch.isEmpty()) {
            ask(() -> producer.send(batch, queue));
          }
        });
  }

  private static String group(long id) {
    return "g" + id % GROUPS;
  }

  /**
   * Reads a whole output topic: every id once, every value a result, and each group in sequence.
   */
  void check(String topic, ArmSpec arm, long events) {
    BitSet seen = new BitSet(Math.toIntExact(events));
    long[] lastOfGroup = new long[GROUPS];
    Arrays.fill(lastOfGroup, -1);
    for (MessageQueue queue : queues(topic)) {
      long end = ask(() -> reader.maxOffset(queue));
      long offset = 0;
      while (offset < end) {
        long from = offset;
        PullResult result = ask(() -> reader.pull(queue, "*", from, 1_000));
        if (result.getMsgFoundList() != null) {
          result.getMsgFoundList().forEach(message -> check(message, arm, seen, lastOfGroup));
        }
        offset = result.getNextBeginOffset();
      }
    }
    if (seen.cardinality() != events) {
      throw new BenchmarkException(
          arm.name() + " wrote " + seen.cardinality() + " different events of " + events + ".");
    }
  }

  private static void check(MessageExt message, ArmSpec arm, BitSet seen, long[] lastOfGroup) {
    long id = Work.resultId(message.getBody());
    if (seen.get(Math.toIntExact(id))) {
      throw new BenchmarkException(arm.name() + " wrote the event " + id + " twice.");
    }
    seen.set(Math.toIntExact(id));
    int group = Math.toIntExact(id % GROUPS);
    if (arm.order() == ArmSpec.Order.KEY && id <= lastOfGroup[group]) {
      throw new BenchmarkException(
          arm.name()
              + " wrote the event "
              + id
              + " after "
              + lastOfGroup[group]
              + ", both of group "
              + group(id)
              + ".");
    }
    lastOfGroup[group] = id;
  }

  @Override
  public void close() {
    producer.shutdown();
    reader.shutdown();
  }
}
