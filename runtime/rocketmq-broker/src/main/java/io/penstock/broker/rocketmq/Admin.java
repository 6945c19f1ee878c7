package io.penstock.broker.rocketmq;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** Makes topics and groups of servers in a container, as an administrator does. */
final class Admin implements AutoCloseable {

  private static final String ALWAYS_THERE = "SELF_TEST_TOPIC";
  private static final String DEFAULT_TOPIC = "TBW102";
  private static final long CALL_MS = 5_000;

  private final String broker;
  private final Duration limit;
  private final DefaultMQProducer client;

  /**
   * Starts a client.
   *
   * @param limit how long to wait for what takes a moment
   */
  Admin(String nameServer, String broker, Duration limit) throws MQClientException {
    this.broker = broker;
    this.limit = limit;
    String name = "admin-" + UUID.randomUUID();
    this.client = new DefaultMQProducer(name);
    client.setNamesrvAddr(nameServer);
    client.setInstanceName(name);
    client.start();
  }

  private MQClientAPIImpl api() {
    return client.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
  }

  /** Returns when the name server knows the broker. */
  void awaitBroker() throws InterruptedException {
    awaitQueues(ALWAYS_THERE, 1);
  }

  void createTopic(String name, int queues, String type) throws Exception {
    TopicConfig topic = new TopicConfig(name, queues, queues);
    topic.setAttributes(new LinkedHashMap<>(Map.of("+message.type", type)));
    api().createTopic(broker, DEFAULT_TOPIC, topic, CALL_MS);
    awaitQueues(name, queues);
  }

  private void awaitQueues(String topic, int queues) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (readableQueues(topic) != queues) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("The name server never heard of topic " + topic + ".");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private int readableQueues(String topic) throws InterruptedException {
    try {
      return api()
          .getTopicRouteInfoFromNameServer(topic, CALL_MS)
          .getQueueDatas()
          .get(0)
          .getReadQueueNums();
    } catch (RemotingException | MQClientException notYet) {
      return -1;
    }
  }

  void createGroup(String name, boolean orderly, int maxRetries) throws Exception {
    SubscriptionGroupConfig group = new SubscriptionGroupConfig();
    group.setGroupName(name);
    group.setConsumeMessageOrderly(orderly);
    group.setRetryMaxTimes(maxRetries);
    api().createSubscriptionGroup(broker, group, CALL_MS);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
