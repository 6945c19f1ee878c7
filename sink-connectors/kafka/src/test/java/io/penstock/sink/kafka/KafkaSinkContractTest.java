package io.penstock.sink.kafka;

import io.penstock.broker.BrokerOptions;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.broker.junit.SharedKafka;
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

/** The contract on a broker of its own, which is killed and started again. */
@KafkaTest
class KafkaSinkContractTest extends SinkContract {

  private static final int MAX_MESSAGE_BYTES = 100_000;

  @Override
  protected SinkEnvironment environment() {
    return new Environment(SharedKafka.own(BrokerOptions.forTests()));
  }

  private static final class Environment implements SinkEnvironment {

    /** So that a call ends soon when the broker is gone. */
    private static final Map<String, String> IMPATIENT =
        Map.of(
            "delivery.timeout.ms", "2000",
            "request.timeout.ms", "1000",
            "max.block.ms", "2000");

    private final KafkaCluster cluster;
    private final Kafka kafka;

    Environment(KafkaCluster cluster) {
      this.cluster = cluster;
      this.kafka = new Kafka(cluster.bootstrapServers());
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.values());
    }

    @Override
    public Destination newDestination() {
      String topic =
          kafka.topic(3, Map.of("max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES)));
      return new Destination() {
        @Override
        public Sink sink() {
          Map<String, Object> settings = new HashMap<>(kafka.settings(topic));
          settings.put("properties", IMPATIENT);
          return Kafka.sink(settings);
        }

        @Override
        public List<Arrived> arrived(int atLeast) {
          return kafka.read(topic, atLeast).stream()
              .map(
                  record ->
                      new Arrived(
                          String.valueOf(Kafka.header(record, "ce_id")),
                          new String(record.value(), StandardCharsets.UTF_8)))
              .toList();
        }

        @Override
        public Optional<SinkRecord> hopeless(long orderKey) {
          Event event =
              Event.builder().id("too-large").data(new byte[2 * MAX_MESSAGE_BYTES]).build();
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
      return Kafka.sink(
          Map.of(
              "bootstrapServers", "127.0.0.1:1",
              "topic", "none",
              "properties", Map.of("max.block.ms", 1_000)));
    }

    @Override
    public void close() {
      kafka.close();
      cluster.close();
    }
  }
}
