package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.ConnectorException.Category;
import io.penstock.connector.SeekTarget;
import io.penstock.kafka.ClientFailures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaFailuresTest {

  private final ClientFailures failures =
      KafkaFailures.of(
          new KafkaSourceConfig(
              "broker:9092",
              new Topics.Named(List.of("orders")),
              Optional.empty(),
              new StartAt.Everywhere(new SeekTarget.Earliest()),
              Map.of("sasl.jaas.config", "Login required password=\"hunter2\";")));

  private void assertFatal(Throwable failure, String advice) {
    ConnectorException translated = failures.translate("reading", failure);
    assertThat(translated.category()).isEqualTo(Category.FATAL);
    assertThat(translated).hasMessageContaining("broker:9092").hasMessageContaining(advice);
  }

  @Test
  void saysWhatAPersonIsToMend() {
    assertFatal(new SaslAuthenticationException("no"), "sasl.*");
    assertFatal(new TopicAuthorizationException(Set.of("orders")), "READ and DESCRIBE");
    assertFatal(GroupAuthorizationException.forGroupId("g"), "group 'g'");
    assertFatal(new FencedInstanceIdException("no"), "group.instance.id");
    assertFatal(new InconsistentGroupProtocolException("no"), "another group");
    assertFatal(new ConfigException("bad"), "properties");
    assertFatal(
        new KafkaException("Failed to construct kafka consumer", new KafkaException("no keystore")),
        "no keystore");
  }

  @Test
  void neverTellsASecret() {
    ConnectorException told =
        failures.translate(
            "opening", new KafkaException("outer", new KafkaException("password=\"hunter2\"")));
    assertThat(told).hasMessageContaining("[hidden]").hasNoCause();
    assertThat(told.getMessage()).doesNotContain("hunter2");
  }
}
