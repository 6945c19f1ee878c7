package io.penstock.source.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceEvent;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RocketMqRecordTest {

  private static final Origin ORIGIN =
      Origin.of(Optional.of("shop"), "orders", Optional.of("broker-a-3"));

  private static RocketMqRecord record(String body, Map<String, String> properties, int attempt) {
    return new RocketMqRecord(
        ORIGIN, 42, new NativeMessage("key-1", body.getBytes(UTF_8), properties, 1_000, attempt));
  }

  @Test
  void aMessageIsAnEvent() {
    RocketMqRecord record =
        record(
            "{}",
            Map.of(
                "KEYS",
                "o-7",
                "TAGS",
                "paid",
                "__SHARDINGKEY",
                "c-1",
                "colour",
                "red",
                "Big",
                "no"),
            3);
    Event event = record.event();
    assertThat(event.id()).isEqualTo("key-1");
    assertThat(event.source()).isEqualTo("rocketmq://shop/orders");
    assertThat(event.type()).isEqualTo("io.penstock.rocketmq.message");
    assertThat(event.subject()).contains("o-7");
    assertThat(event.time()).contains(Instant.ofEpochMilli(1_000));
    assertThat(event.extensions())
        .containsOnly(
            Map.entry("colour", "red"),
            Map.entry("partitionkey", "c-1"),
            Map.entry("rocketmqtag", "paid"),
            Map.entry("rocketmqkeys", "o-7"),
            Map.entry("rocketmqtopic", "orders"),
            Map.entry("rocketmqqueue", "broker-a-3"),
            Map.entry("rocketmqoffset", "42"),
            Map.entry("rocketmqattempt", "3"));
    assertThat(SourceEvent.passedOnBy(event))
        .doesNotContainKeys("rocketmqtopic", "rocketmqattempt");
    assertThat(record.orderKey()).isEqualTo(OrderKeys.of("c-1"));
    assertThat(record.key()).asString(UTF_8).isEqualTo("c-1");
    assertThat(record.previousAttempts()).isEqualTo(2);
    OriginalRecord original = record.original();
    assertThat(original.headers())
        .extracting(OriginalRecord.Header::name)
        .containsExactly("Big", "KEYS", "TAGS", "__SHARDINGKEY", "colour");
  }

  @Test
  void withoutAGroupItIsBoundToNothing() {
    RocketMqRecord record = record("x", Map.of(), 1);
    assertThat(record.orderKey()).isEqualTo(SourceRecord.NO_ORDER_KEY);
    assertThat(record.key()).isNull();
    assertThat(record.event().subject()).isEmpty();
  }

  @Test
  void aZeroByteIsNothing() {
    assertThat(record("\0", Map.of(), 1).event().data()).isEmpty();
  }

  @Test
  void aBinaryCloudEventBringsItsAttributes() {
    Event event =
        record(
                "{}",
                Map.of(
                    "CE_specversion", "1.0",
                    "CE_id", "e-1",
                    "CE_source", "/s",
                    "CE_type", "t",
                    "CE_time", "2026-01-01T00:00:00Z",
                    "CE_datacontenttype", "application/json",
                    "CE_colour", "red"),
                1)
            .event();
    assertThat(event.id()).isEqualTo("e-1");
    assertThat(event.source()).isEqualTo("/s");
    assertThat(event.type()).isEqualTo("t");
    assertThat(event.subject()).isEmpty();
    assertThat(event.time()).contains(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(event.dataContentType()).contains("application/json");
    assertThat(event.extension("colour")).contains("red");
  }

  @Test
  void aDocumentIsAnEventToo() {
    RocketMqRecord record =
        record(
            "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/s\",\"type\":\"t\",\"data\":{}}",
            Map.of("CE_contenttype", "application/cloudevents+json", "__SHARDINGKEY", "c-1"),
            1);
    assertThat(record.event().id()).isEqualTo("e-1");
    assertThat(record.event().data()).asString(UTF_8).isEqualTo("{}");
    assertThat(record.event().extension("partitionkey")).contains("c-1");
    assertThat(SourceEvent.passedOnBy(record.event())).doesNotContainKey("rocketmqoffset");
  }

  @Test
  void whatSaysItIsACloudEventAndIsNoneIsUnreadable() {
    assertThatThrownBy(() -> record("{}", Map.of("CE_specversion", "1.0"), 1).event())
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("CE_id");
    assertThatThrownBy(
            () -> record("x", Map.of("CE_contenttype", "application/cloudevents+xml"), 1).event())
        .isInstanceOf(DecodeException.class);
  }
}
