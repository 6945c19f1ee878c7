package io.penstock.sink.rocketmq;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import io.penstock.broker.rocketmq.RocketMqOptions;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.broker.rocketmq.junit.SharedRocketMq;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.SinkContract;
import io.penstock.testkit.contract.SinkEnvironment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.rocketmq.client.exception.MQClientException;

/** The contract on a cluster of its own, which is killed and started again. */
@RocketMqTest
class RocketMqSinkContractTest extends SinkContract {

  private static final int MAX_MESSAGE_BYTES = 100_000;

  @Override
  protected SinkEnvironment environment() {
    try {
      return new Environment(
          SharedRocketMq.own(
              RocketMqOptions.forTests()
                  .withBrokerProperty("maxMessageSize", Integer.toString(MAX_MESSAGE_BYTES))));
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Environment implements SinkEnvironment {

    /**
     * So that a call ends soon when the broker is gone; and so that it is the broker who refuses.
     */
    private static final Map<String, Object> IMPATIENT =
        Map.of(
            "sendMsgTimeout", 1_000, "retryTimesWhenSendAsyncFailed", 0, "maxMessageSize", 400_000);

    private final RocketMqCluster cluster;
    private final RocketMq outside;

    Environment(RocketMqCluster cluster) throws MQClientException {
      this.cluster = cluster;
      this.outside = new RocketMq(cluster);
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.values());
    }

    @Override
    public Destination newDestination() {
      String topic = outside.topic(3, TopicType.NORMAL);
      return new Destination() {
        @Override
        public Sink sink() {
          Map<String, Object> settings = new HashMap<>(outside.settings(topic));
          settings.put("properties", IMPATIENT);
          return RocketMq.sink(settings);
        }

        @Override
        public List<Arrived> arrived(int atLeast) {
          return outside.read(topic, atLeast).stream()
              .map(
                  message ->
                      new Arrived(
                          message.getProperty("CE_id"),
                          new String(message.getBody(), StandardCharsets.UTF_8).replace("\0", "")))
              .toList();
        }

        @Override
        public Optional<SinkRecord> hopeless(long orderKey) {
          // Of noise, or the client would make it small enough.
          byte[] noise = new byte[2 * MAX_MESSAGE_BYTES];
          new SplittableRandom(7).nextBytes(noise);
          Event event = Event.builder().id("too-large").data(noise).build();
          return Optional.of(
              new SinkRecord(event, "key0".getBytes(StandardCharsets.UTF_8), orderKey));
        }

        @Override
        public void fail() {
          cluster.kill();
        }

        @Override
        public void mend() {
          cluster.restart();
        }
      };
    }

    @Override
    public Sink unreachable() {
      return RocketMq.sink(Map.of("nameServer", "127.0.0.1:1", "topic", "none"));
    }

    @Override
    public void close() {
      outside.close();
      cluster.close();
    }
  }
}
