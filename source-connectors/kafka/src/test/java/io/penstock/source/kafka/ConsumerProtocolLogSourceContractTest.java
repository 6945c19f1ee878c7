package io.penstock.source.kafka;

import io.penstock.broker.junit.KafkaTest;
import io.penstock.broker.junit.SharedKafka;
import io.penstock.testkit.contract.LogEnvironment;
import io.penstock.testkit.contract.LogSourceContract;
import java.util.Map;

/** The same with the group protocol of Kafka 4, in which the broker shares partitions out. */
@KafkaTest
class ConsumerProtocolLogSourceContractTest extends LogSourceContract {
  @Override
  protected LogEnvironment environment() {
    return new KafkaLogEnvironment(
        SharedKafka.cluster().bootstrapServers(), Map.of("group.protocol", "consumer"));
  }
}
