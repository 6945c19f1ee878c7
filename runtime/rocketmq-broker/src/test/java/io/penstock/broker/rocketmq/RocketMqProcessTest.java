package io.penstock.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of the processes; what they do as servers is tested by the connectors' suites. */
@Tag("crash")
class RocketMqProcessTest {

  @Test
  void itComesUpAgainOnItsPortsAndEndsWithNothingLeft(@TempDir Path parent) throws Exception {
    RocketMqProcess cluster =
        RocketMqProcess.start(RocketMqOptions.forTests().withParentDirectory(parent));
    long pid = cluster.pid();
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
      assertThat(ProcessHandle.of(pid)).isEmpty();
      cluster.restart();
      assertThat(cluster.nameServer()).isEqualTo(nameServer);
      assertListens(nameServer);
      assertListens(cluster.endpoints());
    }
    cluster.close();
    assertThat(ProcessHandle.of(cluster.pid())).isEmpty();
    assertThat(parent).isEmptyDirectory();
    assertThatThrownBy(cluster::restart)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("closed already");
  }

  private static void assertListens(String address) throws Exception {
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(socket.isConnected()).isTrue();
    }
  }
}
