package io.penstock.benchmarks.arm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ's simple consumer as one would use it, in a few threads: receive, apply, send, and
 * acknowledge each message, without waiting for one before the next.
 */
public final class BareSimpleArm implements Arm {

  private static final int MOST_AT_ONCE = 32;
  private static final Duration HOLD = Duration.ofSeconds(60);

  private final List<Thread> loops = new ArrayList<>();
  private @Nullable SimpleConsumer consumer;
  private @Nullable DefaultMQProducer producer;
  private volatile boolean closing;

  /** For {@link ArmMain}. */
  public BareSimpleArm() {}

  @Override
  public void start(ArmSettings settings) throws Exception {
    DefaultMQProducer results = RocketMqProducing.start(settings);
    producer = results;
    SimpleConsumer events =
        ClientServiceProvider.loadService()
            .newSimpleConsumerBuilder()
            .setClientConfiguration(
                ClientConfiguration.newBuilder()
                    .setEndpoints(settings.options().get("endpoints"))
                    .enableSsl(false)
                    .build())
            .setConsumerGroup(settings.group())
            .setAwaitDuration(Duration.ofSeconds(5))
            .setSubscriptionExpressions(Map.of(settings.input(), FilterExpression.SUB_ALL))
            .build();
    consumer = events;
    int threads = Integer.parseInt(settings.options().getOrDefault("threads", "8"));
    for (int i = 0; i < threads; i++) {
      Thread loop = new Thread(() -> run(events, results, settings), "bare-loop-" + i);
      loop.start();
      loops.add(loop);
    }
  }

  private void run(SimpleConsumer events, DefaultMQProducer results, ArmSettings settings) {
    try {
      while (!closing) {
        List<MessageView> batch = events.receive(MOST_AT_ONCE, HOLD);
        if (batch.isEmpty()) {
          continue;
        }
        List<Message> made = new ArrayList<>(batch.size());
        for (MessageView event : batch) {
          byte[] body = new byte[event.getBody().remaining()];
          event.getBody().duplicate().get(body);
          made.add(
              RocketMqProducing.result(
                  settings,
                  body,
                  event.getMessageId().toString(),
                  event.getMessageGroup().orElse(null)));
        }
        RocketMqProducing.send(results, made);
        CompletableFuture.allOf(
                batch.stream().map(events::ackAsync).toArray(CompletableFuture[]::new))
            .join();
      }
    } catch (Exception e) { // whatever it is, the arm can't go on
      if (!closing) {
        throw new IllegalStateException("The loop ended.", e);
      }
    }
  }

  @Override
  public void close() throws Exception {
    closing = true;
    for (Thread loop : loops) {
      loop.join();
    }
    if (consumer != null) {
      consumer.close();
    }
    if (producer != null) {
      producer.shutdown();
    }
  }
}
