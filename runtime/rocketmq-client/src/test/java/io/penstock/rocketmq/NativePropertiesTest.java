package io.penstock.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.Test;

class NativePropertiesTest {

  private final NativeProperties properties =
      new NativeProperties(DefaultMQProducer.class, Map.of("namesrvAddr", "use nameServer"));

  private List<String> problems(Map<String, String> given) {
    Problems problems = new Problems();
    properties.check(given, "$.properties", problems);
    return problems.list().stream().map(Problem::toString).toList();
  }

  @Test
  void whatHasASetterCanBeSet() {
    Map<String, String> given =
        Map.of(
            "sendMsgTimeout", "5000",
            "sendLatencyFaultEnable", "true",
            "unitName", "u1",
            "heartbeatBrokerInterval", "15000");
    assertThat(problems(given)).isEmpty();
    DefaultMQProducer producer = new DefaultMQProducer("group");
    properties.apply(given, producer);
    assertThat(producer.getSendMsgTimeout()).isEqualTo(5000);
    assertThat(producer.isSendLatencyFaultEnable()).isTrue();
    assertThat(producer.getUnitName()).isEqualTo("u1");
    assertThat(producer.getHeartbeatBrokerInterval()).isEqualTo(15_000);
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(problems(Map.of("sendMsgTimeuot", "1")))
        .singleElement()
        .asString()
        .contains("sendMsgTimeuot", "did you mean 'sendMsgTimeout'");
    assertThat(problems(Map.of("sendMsgTimeout", "soon")))
        .singleElement()
        .asString()
        .contains("'soon'", "a number");
    assertThat(problems(Map.of("sendLatencyFaultEnable", "yes")))
        .singleElement()
        .asString()
        .contains("true or false");
    assertThat(problems(Map.of("namesrvAddr", "a:1")))
        .singleElement()
        .asString()
        .contains("use nameServer");
  }
}
