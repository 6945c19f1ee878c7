package io.penstock.source.kafka;

import io.penstock.broker.junit.KafkaTest;
import io.penstock.broker.junit.SharedKafka;
import io.penstock.testkit.contract.LaneSharingContract;
import io.penstock.testkit.contract.LogEnvironment;
import java.util.Map;

@KafkaTest
class KafkaLaneSharingContractTest extends LaneSharingContract {
  @Override
  protected LogEnvironment environment() {
    return new KafkaLogEnvironment(
        SharedKafka.cluster().bootstrapServers(), Map.of("heartbeat.interval.ms", "100"));
  }
}
