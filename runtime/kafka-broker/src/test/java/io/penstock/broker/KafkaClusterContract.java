package io.penstock.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What each kind of cluster keeps; one subclass a kind. */
abstract class KafkaClusterContract {

  abstract KafkaCluster start();

  @Test
  void dataAndCommittedPositionsSurviveACrashAndACleanRestart() throws Exception {
    KafkaCluster cluster = start();
    try (cluster) {
      String address = cluster.bootstrapServers();
      Clients.createTopic(cluster, "orders");
      Clients.produce(cluster, "orders", List.of("a", "b", "c"));
      assertThat(Clients.consume(cluster, "orders", "first", 3))
          .containsExactlyInAnyOrder("a", "b", "c");

      cluster.kill();
      cluster.kill();
      cluster.restart();

      assertThat(cluster.bootstrapServers()).isEqualTo(address);
      Clients.produce(cluster, "orders", List.of("d"));
      assertThat(Clients.consume(cluster, "orders", "first", 1)).containsExactly("d");

      cluster.restart();

      assertThat(Clients.consume(cluster, "orders", "second", 4))
          .containsExactlyInAnyOrder("a", "b", "c", "d");
    }
    cluster.close();
  }
}
