package io.penstock.broker;

import io.penstock.broker.process.BrokerUnavailableException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;

@Tag("containers")
class BrokerContainerTest extends KafkaClusterContract {

  @Override
  KafkaCluster start() {
    try {
      return BrokerContainer.start(BrokerOptions.forTests());
    } catch (BrokerUnavailableException noDocker) {
      return Assumptions.abort(String.valueOf(noDocker.getMessage()));
    }
  }
}
