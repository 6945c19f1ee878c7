package io.penstock.sink.rocketmq;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import io.penstock.connector.Sink;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/** What tests do with a cluster from outside. */
@SuppressWarnings("deprecation") // the one client that reads queues from any place, and no more
final class RocketMq implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  final RocketMqCluster cluster;
  private final DefaultMQPullConsumer reader;

  RocketMq(RocketMqCluster cluster) throws MQClientException {
    this.cluster = cluster;
    this.reader = new DefaultMQPullConsumer("reader");
    reader.setNamesrvAddr(cluster.nameServer());
    reader.setInstanceName("reader-" + NAMES.incrementAndGet());
    reader.start();
  }

  String topic(int queues, TopicType type) {
    String topic = "topic-" + NAMES.incrementAndGet();
    cluster.createTopic(topic, queues, type);
    return topic;
  }

  /** All messages of a topic, at least so many: queue by queue in order. */
  List<MessageExt> read(String topic, int atLeast) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<MessageExt> found = List.of();
      Exception failure = null;
      try {
        found = readOnce(topic);
      } catch (MQClientException | MQBrokerException | RemotingException e) {
        failure = e; // the broker may have been started anew
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (failure == null && found.size() >= atLeast) {
        return found;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "read " + found.size() + " messages of " + topic + ", expected " + atLeast, failure);
      }
    }
  }

  private List<MessageExt> readOnce(String topic)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    List<MessageExt> all = new ArrayList<>();
    List<MessageQueue> queues = new ArrayList<>(reader.fetchSubscribeMessageQueues(topic));
    queues.sort(Comparator.naturalOrder());
    for (MessageQueue queue : queues) {
      long offset = 0;
      while (offset < reader.maxOffset(queue)) {
        PullResult result = reader.pull(queue, "*", offset, 1_000);
        if (result.getMsgFoundList() != null) {
          all.addAll(result.getMsgFoundList());
        }
        offset = result.getNextBeginOffset();
      }
    }
    return all;
  }

  Map<String, Object> settings(String topic) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("nameServer", cluster.nameServer());
    raw.put("topic", topic);
    return raw;
  }

  /** Makes a sink the way the server does. */
  static Sink sink(Map<String, Object> raw) {
    RocketMqSinkProvider provider = new RocketMqSinkProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.onSuccess[0]", problems);
    provider.check(settings, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return provider.create(settings, Path.of("."));
  }

  @Override
  public void close() {
    reader.shutdown();
  }
}
