package io.penstock.benchmarks.arm;

import java.util.List;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;

/** The producer of the bare loops: what a loop has worked off goes out as one batch. */
final class RocketMqProducing {

  private RocketMqProducing() {}

  static DefaultMQProducer start(ArmSettings settings) throws MQClientException {
    DefaultMQProducer producer = new DefaultMQProducer(settings.group() + "-results");
    producer.setNamesrvAddr(settings.bootstrapServers());
    producer.setInstanceName(settings.group() + "-results");
    producer.start();
    return producer;
  }

  /** The result of an event, under its key and in its message group, as others will look for it. */
  static Message result(ArmSettings settings, byte[] event, String key, @Nullable String group) {
    Message message = new Message(settings.output(), Work.apply(event));
    message.setKeys(key);
    if (group != null) {
      MessageAccessor.putProperty(message, MessageConst.PROPERTY_SHARDING_KEY, group);
    }
    return message;
  }

  /** Returns when the broker has them. */
  static void send(DefaultMQProducer producer, List<Message> results)
      throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
    SendResult result = producer.send(results);
    if (result.getSendStatus() != SendStatus.SEND_OK) {
      throw new IllegalStateException("Results could not be written: " + result);
    }
  }
}
