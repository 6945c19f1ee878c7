package io.penstock.broker;

import io.penstock.broker.junit.SharedKafka;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@Tag("containers")
@EnabledIfSystemProperty(named = "penstock.kafka", matches = "container")
class BrokerContainerTest extends KafkaClusterContract {

  @Override
  KafkaCluster start() {
    return SharedKafka.own(BrokerOptions.forTests());
  }
}
