package io.penstock.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.broker.process.BrokerException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of the processes; what they do as servers is tested by the connectors' suites. */
@Tag("crash")
class RocketMqProcessTest extends RocketMqClusterContract {

  @Override
  RocketMqCluster start() {
    return RocketMqProcess.start(RocketMqOptions.forTests());
  }

  @Test
  void itEndsWithNothingLeft(@TempDir Path parent) {
    RocketMqProcess cluster =
        RocketMqProcess.start(RocketMqOptions.forTests().withParentDirectory(parent));
    long pid = cluster.pid();
    try (cluster) {
      cluster.kill();
      assertThat(ProcessHandle.of(pid)).isEmpty();
      cluster.restart();
    }
    cluster.close();
    assertThat(ProcessHandle.of(cluster.pid())).isEmpty();
    assertThat(parent).isEmptyDirectory();
    assertThatThrownBy(cluster::restart)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("closed already");
  }
}
