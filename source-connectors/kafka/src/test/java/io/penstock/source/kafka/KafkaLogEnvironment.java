package io.penstock.source.kafka;

import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.testkit.contract.LogEnvironment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Topics as logs, for the contract suites. */
final class KafkaLogEnvironment implements LogEnvironment {

  private final Kafka kafka;
  private final Map<String, String> properties;

  /**
   * An environment on a cluster.
   *
   * @param properties for every source's consumer
   */
  KafkaLogEnvironment(String bootstrapServers, Map<String, String> properties) {
    this.kafka = new Kafka(bootstrapServers);
    this.properties = new HashMap<>(properties);
    // A consumer that closes waits for the fetch that is under way.
    this.properties.put("fetch.max.wait.ms", "50");
  }

  @Override
  public Set<Feature> features() {
    return Set.of(Feature.values());
  }

  @Override
  public Log newLog(int lanes) {
    String topic = kafka.topic(lanes);
    String group = Kafka.name("group");
    return new Log() {
      @Override
      public List<Lane> lanes() {
        return IntStream.range(0, lanes).mapToObj(i -> new Lane(topic + "-" + i)).toList();
      }

      @Override
      public void append(Lane lane, List<Entry> entries) {
        kafka.send(
            entries.stream()
                .map(
                    entry ->
                        new ProducerRecord<>(
                            topic,
                            partition(lane).partition(),
                            Kafka.bytes(entry.key()),
                            Kafka.bytes(entry.value())))
                .toList());
      }

      @Override
      public LogSource source() {
        Map<String, Object> settings = kafka.settings(group, topic);
        settings.put("properties", properties);
        return Kafka.source(settings);
      }

      @Override
      public OptionalLong committed(Lane lane) {
        return kafka.committed(group, partition(lane));
      }

      @Override
      public void removeBefore(Lane lane, long position) {
        kafka.deleteBefore(partition(lane), position);
      }

      private TopicPartition partition(Lane lane) {
        return new TopicPartition(
            topic, Integer.parseInt(lane.name().substring(topic.length() + 1)));
      }
    };
  }

  @Override
  public LogSource unreachable() {
    return Kafka.source(
        Map.of(
            "bootstrapServers", "127.0.0.1:1",
            "topics", "none",
            "properties", Map.of("default.api.timeout.ms", 1_000, "request.timeout.ms", 1_000)));
  }

  @Override
  public void close() {
    kafka.close();
  }
}
