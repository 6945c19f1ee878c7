package io.penstock.broker.rocketmq;

import io.penstock.broker.process.BrokerUnavailableException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;

@Tag("containers")
class RocketMqContainerTest extends RocketMqClusterContract {

  @Override
  RocketMqCluster start() {
    try {
      return RocketMqContainer.start(RocketMqOptions.forTests());
    } catch (BrokerUnavailableException noDocker) {
      return Assumptions.abort(String.valueOf(noDocker.getMessage()));
    }
  }
}
