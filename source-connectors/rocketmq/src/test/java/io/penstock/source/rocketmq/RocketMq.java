package io.penstock.source.rocketmq;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import io.penstock.connector.Source;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.exception.OffsetNotFoundException;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;

/** What tests do with a cluster from outside. */
final class RocketMq implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final int BATCH = 500;

  final RocketMqCluster cluster;
  private final DefaultMQProducer producer;

  RocketMq(RocketMqCluster cluster) {
    this.cluster = cluster;
    this.producer = new DefaultMQProducer("outside");
    producer.setNamesrvAddr(cluster.nameServer());
    producer.setInstanceName("outside-" + NAMES.incrementAndGet());
    try {
      producer.start();
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    }
  }

  static String name(String prefix) {
    return prefix + "-" + NAMES.incrementAndGet();
  }

  String topic(int queues) {
    return topic(queues, TopicType.NORMAL);
  }

  String topic(int queues, TopicType type) {
    String topic = name("topic");
    cluster.createTopic(topic, queues, type);
    return topic;
  }

  String group(GroupOrder order, int maxRetries) {
    String group = name("group");
    cluster.createGroup(group, order, maxRetries);
    return group;
  }

  List<MessageQueue> queues(String topic) {
    try {
      return producer.fetchPublishMessageQueues(topic).stream().sorted().toList();
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    }
  }

  static Message message(String topic, String body) {
    return new Message(topic, body.getBytes(StandardCharsets.UTF_8));
  }

  static Message message(String topic, String body, String messageGroup) {
    Message message = message(topic, body);
    if (messageGroup != null) {
      MessageAccessor.putProperty(message, MessageConst.PROPERTY_SHARDING_KEY, messageGroup);
    }
    return message;
  }

  /** Sends messages to a queue, in order; returns when they can be read. */
  void send(MessageQueue queue, List<Message> messages) {
    try {
      for (int from = 0; from < messages.size(); from += BATCH) {
        List<Message> batch =
            new ArrayList<>(messages.subList(from, Math.min(messages.size(), from + BATCH)));
        SendResult result = producer.send(batch, queue);
        if (result.getSendStatus() != SendStatus.SEND_OK) {
          throw new IllegalStateException(result.toString());
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends messages to the topic's queues in turn. */
  void send(String topic, List<Message> messages) {
    List<MessageQueue> queues = queues(topic);
    Map<MessageQueue, List<Message>> byQueue = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      byQueue
          .computeIfAbsent(queues.get(i % queues.size()), queue -> new ArrayList<>())
          .add(messages.get(i));
    }
    byQueue.forEach(this::send);
  }

  OptionalLong committed(String group, MessageQueue queue) {
    MQClientInstance client = producer.getDefaultMQProducerImpl().getMqClientFactory();
    QueryConsumerOffsetRequestHeader question = new QueryConsumerOffsetRequestHeader();
    question.setConsumerGroup(group);
    question.setTopic(queue.getTopic());
    question.setQueueId(queue.getQueueId());
    question.setSetZeroIfNotFound(false);
    try {
      return OptionalLong.of(
          client
              .getMQClientAPIImpl()
              .queryConsumerOffset(
                  client.findBrokerAddressInPublish(queue.getBrokerName()), question, 3_000));
    } catch (OffsetNotFoundException e) {
      return OptionalLong.empty();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Map<String, Object> log(String group, String topic) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("nameServer", cluster.nameServer());
    raw.put("topics", topic);
    raw.put("group", group);
    return raw;
  }

  Map<String, Object> queue(String group, String topic) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("mode", "queue");
    raw.put("endpoints", cluster.endpoints());
    raw.put("topics", topic);
    raw.put("group", group);
    raw.put("invisibleDuration", "2s");
    return raw;
  }

  /** Makes a source the way the server does. */
  static Source source(Map<String, Object> raw) {
    RocketMqSourceProvider provider = new RocketMqSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return provider.create(settings, Path.of("."));
  }

  @Override
  public void close() {
    producer.shutdown();
  }
}
