package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;

/** Topics of a cluster from outside: what a test writes and reads there. */
@SuppressWarnings("deprecation") // the one client that reads queues from any place, and no more
final class RocketMqTopics implements AutoCloseable {

  static final int QUEUES = 2;
  private static final int BATCH = 500;

  private final RocketMqCluster cluster;
  private final DefaultMQProducer producer;
  private final DefaultMQPullConsumer reader;

  RocketMqTopics(RocketMqCluster cluster) {
    this(cluster, null, false);
  }

  /** With a login, if the cluster wants one. */
  RocketMqTopics(RocketMqCluster cluster, @Nullable RPCHook login, boolean encrypted) {
    this.cluster = cluster;
    String name = "outside-" + UUID.randomUUID();
    producer = new DefaultMQProducer(name, login);
    reader = new DefaultMQPullConsumer(name, login);
    producer.setNamesrvAddr(cluster.nameServer());
    producer.setInstanceName(name + "-producer");
    producer.setUseTLS(encrypted);
    reader.setNamesrvAddr(cluster.nameServer());
    reader.setInstanceName(name + "-reader");
    reader.setUseTLS(encrypted);
    try {
      producer.start();
      reader.start();
    } catch (MQClientException e) {
      throw new AssertionError(e);
    }
  }

  void create(String... topics) {
    for (String topic : topics) {
      cluster.createTopic(topic, QUEUES, TopicType.NORMAL);
    }
  }

  /** Writes messages with the key {@code key-N} and the property {@code Colour}. */
  void send(String topic, int count, IntFunction<String> payload) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Message message = new Message(topic, "a-tag", "key-" + i, payload.apply(i).getBytes(UTF_8));
      message.putUserProperty("Colour", "red");
      messages.add(message);
      if (messages.size() == BATCH || i == count - 1) {
        List<Message> batch = messages;
        messages = new ArrayList<>();
        ask(() -> producer.send(batch));
      }
    }
  }

  /** Reads all there is. */
  List<MessageExt> read(String topic) {
    List<MessageExt> all = new ArrayList<>();
    for (MessageQueue queue : ask(() -> reader.fetchSubscribeMessageQueues(topic))) {
      long offset = 0;
      long end = ask(() -> reader.maxOffset(queue));
      while (offset < end) {
        long from = offset;
        PullResult result = ask(() -> reader.pull(queue, "*", from, BATCH));
        if (result.getMsgFoundList() != null) {
          all.addAll(result.getMsgFoundList());
        }
        offset = Math.max(offset, result.getNextBeginOffset());
      }
    }
    return all;
  }

  List<String> texts(String topic) {
    return read(topic).stream().map(message -> new String(message.getBody(), UTF_8)).toList();
  }

  interface Question<T> {
    T ask() throws MQClientException, MQBrokerException, RemotingException, InterruptedException;
  }

  private static <T> T ask(Question<T> question) {
    try {
      return question.ask();
    } catch (MQClientException | MQBrokerException | RemotingException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    producer.shutdown();
    reader.shutdown();
  }
}
