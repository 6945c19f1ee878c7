package io.penstock.source.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SeekTarget;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.rocketmq.RocketMqConnection.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RocketMqSourceConfigTest {

  private static List<String> problems(Map<String, Object> raw) {
    Problems problems = new Problems();
    RocketMqSourceConfig.check(RocketMqSourceConfig.SPEC.read(raw, "$", problems), problems);
    return problems.list().stream().map(Problem::path).sorted().toList();
  }

  private static RocketMqSourceConfig read(Map<String, Object> raw) {
    Problems problems = new Problems();
    Settings settings = RocketMqSourceConfig.SPEC.read(raw, "$", problems);
    RocketMqSourceConfig.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return RocketMqSourceConfig.read(settings);
  }

  @Test
  void littleIsNeeded() {
    RocketMqSourceConfig config = read(Map.of("nameServer", "a:9876", "topics", "orders"));
    assertThat(config.mode()).isEqualTo(Mode.LOG);
    assertThat(config.servers()).isEqualTo("a:9876");
    assertThat(config.topics()).containsExactly("orders");
    assertThat(config.groupOf("my.connector")).isEqualTo("my-connector");
    assertThat(config.filter()).isEqualTo(new Filter.Everything());
    assertThat(config.startAt()).isEqualTo(new SeekTarget.Earliest());
    assertThat(config.connection().security()).isEqualTo(Security.PLAINTEXT);
  }

  @Test
  void everythingCanBeSet() {
    Map<String, Object> raw = new HashMap<>();
    raw.put("nameServer", List.of("a:9876", "b:9876"));
    raw.put("topics", List.of("orders", "%RETRY%g", "orders"));
    raw.put("group", "g");
    raw.put("tags", List.of("paid", "shipped"));
    raw.put("startAt", "2026-01-01T00:00:00Z");
    raw.put("namespace", "shop");
    raw.put("accessKey", "key");
    raw.put("secretKey", "hidden");
    raw.put("securityToken", "token");
    raw.put("tls", true);
    raw.put("properties", Map.of("heartbeatBrokerInterval", 15_000));
    RocketMqSourceConfig config = read(raw);
    assertThat(config.servers()).isEqualTo("a:9876;b:9876");
    assertThat(config.topics()).containsExactly("shop%orders", "%RETRY%shop%g");
    assertThat(config.groupOf("c")).isEqualTo("shop%g");
    assertThat(config.filter()).isEqualTo(new Filter.Tags("paid || shipped"));
    assertThat(config.startAt())
        .isEqualTo(new SeekTarget.At(Instant.parse("2026-01-01T00:00:00Z")));
    assertThat(config.connection().hideSecrets("hidden and token"))
        .isEqualTo("[hidden] and [hidden]");
    assertThat(config.toString() + config.connection()).doesNotContain("hidden", "token");
  }

  @Test
  void aQueueAsksTheProxy() {
    RocketMqSourceConfig config =
        read(
            Map.of(
                "mode", "queue",
                "endpoints", "p:8081",
                "topics", "orders",
                "namespace", "shop",
                "sql", "a > 1",
                "invisibleDuration", "30s",
                "maxDeliveries", 5));
    assertThat(config.servers()).isEqualTo("p:8081");
    assertThat(config.topics()).as("its client knows namespaces").containsExactly("orders");
    assertThat(config.groupOf("c")).isEqualTo("c");
    assertThat(config.filter()).isEqualTo(new Filter.Sql("a > 1"));
    assertThat(config.queue())
        .isEqualTo(new RocketMqSourceConfig.QueueSettings(Duration.ofSeconds(30), 5));
  }

  @Test
  void everythingWrongIsReported() {
    assertThat(problems(Map.of("topics", "orders"))).containsExactly("$.nameServer");
    assertThat(problems(Map.of("mode", "queue", "topics", "orders", "nameServer", "a:1")))
        .containsExactly("$.endpoints");
    Map<String, Object> raw = new HashMap<>();
    raw.put("nameServer", "nowhere");
    raw.put("topics", List.of("a.b"));
    raw.put("group", "a b");
    raw.put("tags", "paid || open");
    raw.put("sql", "a > 1");
    raw.put("startAt", "earliest");
    raw.put("secretKey", "x");
    raw.put("properties", Map.of("instanceName", "mine"));
    assertThat(problems(raw))
        .containsExactly(
            "$.accessKey",
            "$.group",
            "$.nameServer",
            "$.properties['instanceName']",
            "$.sql",
            "$.startAt",
            "$.tags",
            "$.topics");
  }
}
