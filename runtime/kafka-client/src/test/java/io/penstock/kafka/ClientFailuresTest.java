package io.penstock.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.ConnectorException.Category;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class ClientFailuresTest {

  private final ClientFailures failures =
      new ClientFailures(
          "broker:9092",
          text -> text.replace("hunter2", "[hidden]"),
          cause -> cause instanceof InvalidTopicException ? "Change topic" : null);

  @Test
  void triesAgainWhatMayPass() {
    for (Throwable failure :
        List.of(
            new TimeoutException("late"),
            new ExecutionException(new TimeoutException("late")),
            new KafkaException("whatever"),
            new KafkaException(
                "Failed to construct kafka consumer",
                new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")))) {
      assertThat(failures.translate("reading", failure).category()).isEqualTo(Category.RETRY);
    }
    assertThat(failures.translate("reading", new TimeoutException("late")))
        .hasMessageContaining("bootstrapServers");
  }

  @Test
  void asksWhoKnowsMoreFirst() {
    assertThat(failures.translate("reading", new InvalidTopicException("a b")))
        .hasMessageContaining("Change topic")
        .matches(told -> told.category() == Category.FATAL);
    assertThat(failures.translate("reading", new TopicAuthorizationException("orders")))
        .hasMessageContaining("Allow it")
        .matches(told -> told.category() == Category.FATAL);
  }

  @Test
  void keepsWhatIsTranslatedAlready() {
    ConnectorException known = ConnectorException.fatal("known", null);
    assertThat(failures.translate("reading", known)).isSameAs(known);
  }

  @Test
  void dropsAStackTraceThatTellsASecret() {
    ConnectorException told =
        failures.translate("opening", new KafkaException("outer", new KafkaException("hunter2")));
    assertThat(told).hasMessageContaining("[hidden]").hasNoCause();
  }
}
