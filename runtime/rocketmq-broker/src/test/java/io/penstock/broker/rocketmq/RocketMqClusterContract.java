package io.penstock.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** What each kind of cluster keeps; one subclass a kind. */
abstract class RocketMqClusterContract {

  abstract RocketMqCluster start();

  @Test
  void itComesUpAgainOnItsPorts() throws Exception {
    RocketMqCluster cluster = start();
    try (cluster) {
      String nameServer = cluster.nameServer();
      cluster.createTopic("orders", 4, TopicType.FIFO);
      cluster.createTopic("orders", 6, TopicType.FIFO);
      cluster.createGroup("readers", GroupOrder.ORDERLY, 3);
      assertListens(nameServer);
      assertListens(cluster.endpoints());

      cluster.restartNameServer();
      assertListens(nameServer);

      cluster.kill();
      cluster.kill();
      cluster.restart();
      assertThat(cluster.nameServer()).isEqualTo(nameServer);
      assertListens(nameServer);
      assertListens(cluster.endpoints());
    }
    cluster.close();
  }

  private static void assertListens(String address) throws Exception {
    int colon = address.indexOf(':');
    try (Socket socket =
        new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
      assertThat(socket.isConnected()).isTrue();
    }
  }
}
