package io.penstock.sink.rocketmq;

import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.rocketmq.NativeProperties;
import io.penstock.rocketmq.RocketMqClients;
import io.penstock.rocketmq.RocketMqConnection;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** The producer's properties: ours, and those that the user gave over them. */
final class ProducerProperties {

  private static final String ELSEWHERE = "use the key of the same meaning beside properties";

  private static final NativeProperties NATIVE =
      new NativeProperties(DefaultMQProducer.class, refused());

  private static Map<String, String> refused() {
    Map<String, String> refused = new HashMap<>();
    refused.put("namesrvAddr", "use nameServer beside properties");
    refused.put("namespace", ELSEWHERE);
    refused.put("useTLS", "use tls beside properties");
    refused.put("instanceName", "remove it: each client needs one of its own");
    refused.put("autoBatch", "remove it: messages are sent in batches as it is");
    refused.put(
        "retryAnotherBrokerWhenNotStoreOK", "remove it: the engine sends such a message again");
    return refused;
  }

  private ProducerProperties() {}

  /** Adds what is wrong with the user's properties. */
  static void check(Settings settings, Problems problems) {
    NATIVE.check(
        RocketMqConnection.properties(settings), settings.path() + ".properties", problems);
  }

  /** A producer that isn't started. */
  static DefaultMQProducer producer(RocketMqSinkConfig config, String connector) {
    DefaultMQProducer producer =
        new DefaultMQProducer(
            "penstock-" + connector.replace('.', '-'),
            RocketMqClients.signing(config.connection()));
    RocketMqClients.configure(
        producer,
        config.connection(),
        config.nameServer(),
        RocketMqClients.uniqueInstance(connector));
    NATIVE.apply(config.connection().properties(), producer);
    return producer;
  }
}
