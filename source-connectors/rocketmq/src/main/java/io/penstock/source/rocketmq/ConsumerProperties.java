package io.penstock.source.rocketmq;

import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.rocketmq.NativeProperties;
import io.penstock.rocketmq.RocketMqClients;
import io.penstock.rocketmq.RocketMqConnection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;

/** The consumer's properties: ours, and those that the user gave over them. */
@SuppressWarnings("deprecation") // see LogClient
final class ConsumerProperties {

  private static final NativeProperties NATIVE =
      new NativeProperties(DefaultMQPullConsumer.class, refused());

  private static Map<String, String> refused() {
    Map<String, String> refused = new HashMap<>();
    refused.put("namesrvAddr", "use nameServer beside properties");
    refused.put("consumerGroup", "use group beside properties");
    refused.put("namespace", "use namespace beside properties");
    refused.put("useTLS", "use tls beside properties");
    refused.put("instanceName", "remove it: each client needs one of its own");
    return refused;
  }

  private ConsumerProperties() {}

  /** Adds what is wrong with the user's properties. */
  static void check(Settings settings, Problems problems) {
    NATIVE.check(
        RocketMqConnection.properties(settings), settings.path() + ".properties", problems);
  }

  /**
   * A consumer that isn't started.
   *
   * @param instance its name, see {@link RocketMqClients#configure}
   */
  static DefaultMQPullConsumer consumer(
      RocketMqSourceConfig config, String connector, String instance) {
    DefaultMQPullConsumer consumer =
        new DefaultMQPullConsumer(
            config.groupOf(connector), RocketMqClients.signing(config.connection()));
    RocketMqClients.configure(consumer, config.connection(), config.servers(), instance);
    consumer.setRegisterTopics(new HashSet<>(config.topics()));
    NATIVE.apply(config.connection().properties(), consumer);
    return consumer;
  }
}
