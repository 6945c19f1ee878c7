package io.penstock.benchmarks.arm;

import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ's push consumer as one would use it: a batch comes in, its results go out, it is done.
 */
public final class BarePushArm implements Arm {

  private @Nullable DefaultMQPushConsumer consumer;
  private @Nullable DefaultMQProducer producer;

  /** For {@link ArmMain}. */
  public BarePushArm() {}

  @Override
  public void start(ArmSettings settings) throws Exception {
    DefaultMQProducer results = RocketMqProducing.start(settings);
    producer = results;
    DefaultMQPushConsumer events = new DefaultMQPushConsumer(settings.group());
    events.setNamesrvAddr(settings.bootstrapServers());
    events.setInstanceName(settings.group());
    events.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    events.setConsumeMessageBatchMaxSize(
        Integer.parseInt(settings.options().getOrDefault("batch", "32")));
    events.subscribe(settings.input(), "*");
    events.registerMessageListener(
        new MessageListenerConcurrently() {
          @Override
          public ConsumeConcurrentlyStatus consumeMessage(
              List<MessageExt> batch, ConsumeConcurrentlyContext context) {
            List<Message> made = new ArrayList<>(batch.size());
            for (MessageExt event : batch) {
              made.add(
                  RocketMqProducing.result(
                      settings,
                      event.getBody(),
                      event.getMsgId(),
                      event.getProperty(MessageConst.PROPERTY_SHARDING_KEY)));
            }
            try {
              RocketMqProducing.send(results, made);
            } catch (Exception e) { // whatever it is, the batch comes again
              return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
          }
        });
    events.start();
    consumer = events;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.shutdown();
    }
    if (producer != null) {
      producer.shutdown();
    }
  }
}
