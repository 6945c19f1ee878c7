package io.penstock.broker.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.KafkaCluster;
import org.junit.jupiter.api.Test;

@KafkaTest
class SharedKafkaTest {

  @Test
  void everyTestGetsTheSameCluster(KafkaCluster cluster) {
    assertThat(cluster).isSameAs(SharedKafka.cluster());
    assertThat(cluster.bootstrapServers()).matches("[^:]+:\\d+");
  }
}
