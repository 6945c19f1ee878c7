package io.penstock.source.kafka;

import io.penstock.broker.junit.KafkaTest;
import io.penstock.broker.junit.SharedKafka;
import io.penstock.testkit.contract.LaneSharingContract;
import io.penstock.testkit.contract.LogEnvironment;
import java.util.Map;

/** The same with the group protocol of Kafka 4. */
@KafkaTest
class ConsumerProtocolLaneSharingContractTest extends LaneSharingContract {
  @Override
  protected LogEnvironment environment() {
    return new KafkaLogEnvironment(
        SharedKafka.cluster().bootstrapServers(), Map.of("group.protocol", "consumer"));
  }
}
