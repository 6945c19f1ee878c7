package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.ConnectorException.Category;
import io.penstock.connector.SinkOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaFailuresTest {

  private final KafkaFailures failures =
      new KafkaFailures(
          new KafkaSinkConfig(
              "broker:9092",
              "invoices",
              Mode.BINARY,
              "record",
              Map.of("sasl.jaas.config", "Login required password=\"hunter2\";")));

  @Test
  void refusesForGoodWhatCanNeverBeWritten() {
    for (Exception failure :
        List.of(new RecordTooLargeException("large"), new InvalidRecordException("no key"))) {
      assertThat(failures.outcome(failure))
          .isInstanceOfSatisfying(
              SinkOutcome.Reject.class,
              reject -> assertThat(reject.text()).contains("invoices", failure.getMessage()));
    }
  }

  @Test
  void triesAgainWhatMayPass() {
    for (Exception failure :
        List.of(
            new TimeoutException("late"),
            new NotEnoughReplicasException("few"),
            new TopicAuthorizationException(Set.of("invoices")),
            new OutOfOrderSequenceException("order"),
            new KafkaException("whatever"))) {
      assertThat(failures.outcome(failure)).isInstanceOf(SinkOutcome.Retry.class);
    }
  }

  @Test
  void knowsOverload() {
    assertThat(failures.outcome(new BufferExhaustedException("full")))
        .isInstanceOf(SinkOutcome.Throttled.class);
    assertThat(failures.outcome(new ThrottlingQuotaExceededException(700, "quota")))
        .isInstanceOfSatisfying(
            SinkOutcome.Throttled.class,
            throttled -> assertThat(throttled.after()).isEqualTo(Duration.ofMillis(700)));
  }

  @Test
  void doesNotCountAgainstARecordWhatOthersDid() {
    assertThat(failures.outcome(new KafkaException("Producer is closed forcefully.")))
        .isEqualTo(SinkOutcome.NotTried.INSTANCE);
    assertThat(
            failures.outcome(
                new KafkaException(
                    "Failed to append record because it was part of a batch which had one more"
                        + " more invalid records")))
        .isEqualTo(SinkOutcome.NotTried.INSTANCE);
  }

  @Test
  void saysWhatAPersonIsToMend() {
    for (Exception failure :
        List.of(
            new SaslAuthenticationException("no"),
            new TopicAuthorizationException(Set.of("invoices")),
            new ConfigException("bad"))) {
      ConnectorException told = failures.translate("opening", failure);
      assertThat(told.category()).isEqualTo(Category.FATAL);
      assertThat(told).hasMessageContaining("broker:9092");
    }
    assertThat(failures.translate("opening", new TimeoutException("late")).category())
        .isEqualTo(Category.RETRY);
    assertThat(
            failures
                .translate(
                    "opening",
                    new KafkaException(
                        "Failed to construct kafka producer",
                        new ConfigException("No resolvable bootstrap urls")))
                .category())
        .isEqualTo(Category.RETRY);
  }

  @Test
  void neverTellsASecret() {
    ConnectorException told =
        failures.translate("opening", new KafkaException("password=\"hunter2\""));
    assertThat(told).hasMessageContaining("[hidden]").hasNoCause();
    assertThat(failures.outcome(new KafkaException("hunter2")).toString())
        .doesNotContain("hunter2");
  }
}
