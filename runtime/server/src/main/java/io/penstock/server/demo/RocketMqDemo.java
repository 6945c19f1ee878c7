package io.penstock.server.demo;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import io.penstock.broker.rocketmq.RocketMqOptions;
import io.penstock.broker.rocketmq.RocketMqProcess;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.selector.SelectMessageQueueByHash;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;

/** A RocketMQ name server, broker and proxy for the demo. */
final class RocketMqDemo implements DemoSystem {

  private static final int MOST_UNDER_WAY = 10_000;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final RocketMqProcess cluster;

  private RocketMqDemo(RocketMqProcess cluster) {
    this.cluster = cluster;
  }

  static RocketMqDemo start(@Nullable Path jars) {
    RocketMqOptions options = RocketMqOptions.defaults();
    RocketMqDemo demo =
        new RocketMqDemo(
            RocketMqProcess.start(
                jars == null
                    ? options
                    : options.withClassPath(List.of(jars + File.separator + "*"))));
    try {
      for (String topic : List.of(Orders.TOPIC, Orders.INVOICES, Orders.ROCKETMQ_DEAD)) {
        demo.cluster.createTopic(topic, LANES, TopicType.FIFO);
      }
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
    return demo;
  }

  @Override
  public String address() {
    return cluster.nameServer();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("ROCKETMQ_NAME_SERVER", address());
  }

  @Override
  public long pid() {
    return cluster.pid();
  }

  @Override
  public OrderSender orders() {
    DefaultMQProducer producer = new DefaultMQProducer("demo-orders");
    producer.setNamesrvAddr(address());
    producer.setInstanceName("demo-orders");
    try {
      producer.start();
    } catch (MQClientException e) {
      throw new BrokerException("the demo's producer did not start", e);
    }
    return new Sender(producer);
  }

  private static final class Sender implements OrderSender {
    private final DefaultMQProducer producer;
    private final SelectMessageQueueByHash byGroup = new SelectMessageQueueByHash();
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);

    Sender(DefaultMQProducer producer) {
      this.producer = producer;
    }

    @Override
    public void send(byte[] key, byte[] order, Consumer<Exception> failed) {
      Message message = new Message(Orders.TOPIC, order);
      String group = new String(key, StandardCharsets.UTF_8);
      MessageAccessor.putProperty(message, MessageConst.PROPERTY_SHARDING_KEY, group);
      underWay.acquireUninterruptibly();
      try {
        producer.send(
            message,
            byGroup,
            group,
            new SendCallback() {
              @Override
              public void onSuccess(SendResult result) {
                underWay.release();
              }

              @Override
              public void onException(Throwable e) {
                underWay.release();
                failed.accept(e instanceof Exception known ? known : new BrokerException("", e));
              }
            });
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed.accept(e);
      } catch (MQClientException | RemotingException e) {
        underWay.release();
        failed.accept(e);
      }
    }

    @Override
    public void close() {
      try {
        if (underWay.tryAcquire(MOST_UNDER_WAY, CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
          underWay.release(MOST_UNDER_WAY);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      producer.shutdown();
    }
  }

  /** With queues of its own choice: no group's progress is its own. */
  @Override
  public InvoiceSource invoices() {
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer("demo-invoices");
    consumer.setNamesrvAddr(address());
    consumer.setInstanceName("demo-invoices");
    consumer.setAutoCommit(false);
    try {
      consumer.start();
      Collection<MessageQueue> queues = consumer.fetchMessageQueues(Orders.INVOICES);
      consumer.assign(queues);
      for (MessageQueue queue : queues) {
        consumer.seekToBegin(queue);
      }
    } catch (MQClientException e) {
      consumer.shutdown();
      throw new BrokerException("the demo's consumer did not start", e);
    }
    return new Invoices(consumer);
  }

  private static final class Invoices implements InvoiceSource {
    private final DefaultLitePullConsumer consumer;
    private volatile boolean woken;

    Invoices(DefaultLitePullConsumer consumer) {
      this.consumer = consumer;
    }

    @Override
    public @Nullable Iterable<byte[]> poll() {
      if (woken) {
        return null;
      }
      List<byte[]> found = new ArrayList<>();
      consumer.poll(POLL.toMillis()).forEach(message -> found.add(message.getBody()));
      return found;
    }

    @Override
    public void wakeup() {
      woken = true;
    }

    @Override
    public void close() {
      consumer.shutdown();
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
