package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SeekTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

class ConsumerPropertiesTest {

  private static KafkaSourceConfig config(Map<String, String> properties) {
    return new KafkaSourceConfig(
        "localhost:9092",
        new Topics.Named(List.of("orders")),
        Optional.empty(),
        new StartAt.Everywhere(new SeekTarget.Earliest()),
        properties);
  }

  private static Map<String, Object> consumer(long bufferBytes, int brokers) {
    return ConsumerProperties.consumer(config(Map.of()), "c", bufferBytes, brokers);
  }

  @Test
  void boundsWhatTheClientHolds() {
    long buffer = 16L << 20;
    for (int brokers : List.of(1, 3, 20)) {
      Map<String, Object> all = consumer(buffer, brokers);
      int fetch = (int) all.get(ConsumerConfig.FETCH_MAX_BYTES_CONFIG);
      assertThat((long) fetch * brokers).isLessThanOrEqualTo(buffer / 2);
      assertThat((int) all.get(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG))
          .isLessThanOrEqualTo(Math.min(fetch, 1 << 20));
      assertThat(all).containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    }
    assertThat(consumer(4L << 20, 1)).containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 128);
    assertThat(consumer(1, 1))
        .containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 32)
        .containsEntry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 10);
    assertThat(consumer(1L << 40, 1))
        .containsEntry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.MAX_VALUE);
  }

  @Test
  void passesPropertiesThroughButKeepsItsOwn() {
    Map<String, Object> all =
        ConsumerProperties.consumer(
            config(Map.of("fetch.max.bytes", "77", "max.poll.records", "5", "client.id", "me")),
            "c",
            1 << 20,
            1);
    assertThat(all)
        .containsEntry("fetch.max.bytes", "77")
        .containsEntry("max.poll.records", "5")
        .containsEntry("client.id", "me")
        .containsEntry("group.id", "c")
        .containsEntry("enable.auto.commit", "false")
        .containsEntry("auto.offset.reset", "none")
        .containsEntry("isolation.level", "read_committed");
  }

  @Test
  void namesEachClientOnce() {
    assertThat(consumer(1, 1).get("client.id")).isNotEqualTo(consumer(1, 1).get("client.id"));
    assertThat((String) consumer(1, 1).get("client.id")).startsWith("penstock-c-source-");
  }

  @Test
  void leavesAssignmentToTheBrokerWithTheNewProtocol() {
    assertThat((String) consumer(1, 1).get("partition.assignment.strategy"))
        .endsWith("CooperativeStickyAssignor");
    assertThat(ConsumerProperties.consumer(config(Map.of("group.protocol", "consumer")), "c", 1, 1))
        .doesNotContainKey("partition.assignment.strategy");
  }

  @Test
  void givesTheAdminClientWhatConcernsIt() {
    assertThat(
            ConsumerProperties.admin(
                config(Map.of("security.protocol", "SSL", "fetch.min.bytes", "1")), "c"))
        .containsEntry("security.protocol", "SSL")
        .doesNotContainKey("fetch.min.bytes");
  }

  @Test
  void waitsNoLongerThanTheUserSays() {
    Duration limit = Duration.ofSeconds(5);
    assertThat(ConsumerProperties.timeout(config(Map.of()), limit)).isEqualTo(limit);
    assertThat(ConsumerProperties.timeout(config(Map.of("default.api.timeout.ms", "1000")), limit))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(ConsumerProperties.timeout(config(Map.of("default.api.timeout.ms", "60000")), limit))
        .isEqualTo(limit);
  }
}
