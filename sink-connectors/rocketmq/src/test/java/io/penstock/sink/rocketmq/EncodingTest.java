package io.penstock.sink.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageBatch;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.junit.jupiter.api.Test;

class EncodingTest {

  private static final Event EVENT =
      Event.builder()
          .id("e-1")
          .source("/orders")
          .type("order.paid")
          .subject("o-7")
          .time(Instant.parse("2026-01-01T00:00:00Z"))
          .dataContentType("application/json")
          .extension("colour", "red")
          .extension("rocketmqtag", "paid")
          .extension("partitionkey", "c-1")
          .extension("due", "2026-01-02T00:00:00Z")
          .text("{\"a\":1}")
          .build();

  private static final SinkRecord RECORD = new SinkRecord(EVENT, "c-1".getBytes(UTF_8), 5);

  private static Map<String, Object> raw(Map<String, Object> more) {
    Map<String, Object> raw = new HashMap<>(more);
    raw.put("nameServer", "localhost:9876");
    raw.put("topic", "invoices");
    return raw;
  }

  private static Message encode(Map<String, Object> more, SinkRecord record) {
    Problems problems = new Problems();
    Settings settings = RocketMqSinkConfig.SPEC.read(raw(more), "$", problems);
    RocketMqSinkConfig.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return new Encoding(RocketMqSinkConfig.read(settings), () -> 1_000L)
        .encode(record)
        .message("invoices");
  }

  @Test
  void binaryHasAttributesAsProperties() {
    Message message = encode(Map.of(), RECORD);
    assertThat(message.getTopic()).isEqualTo("invoices");
    assertThat(message.getBody()).asString(UTF_8).isEqualTo("{\"a\":1}");
    assertThat(message.getTags()).isEqualTo("paid");
    assertThat(message.getKeys()).isEqualTo("e-1");
    assertThat(message.getProperty(MessageConst.PROPERTY_SHARDING_KEY)).isEqualTo("c-1");
    assertThat(message.getProperties())
        .containsEntry("CE_specversion", "1.0")
        .containsEntry("CE_id", "e-1")
        .containsEntry("CE_source", "/orders")
        .containsEntry("CE_type", "order.paid")
        .containsEntry("CE_subject", "o-7")
        .containsEntry("CE_time", "2026-01-01T00:00:00Z")
        .containsEntry("CE_datacontenttype", "application/json")
        .containsEntry("CE_colour", "red")
        .doesNotContainKeys("CE_rocketmqtag", "CE_partitionkey");
  }

  @Test
  void structuredIsOneDocument() {
    Message message = encode(Map.of("mode", "structured"), RECORD);
    assertThat(message.getBody()).asString(UTF_8).contains("\"id\":\"e-1\"", "\"data\":{\"a\":1}");
    assertThat(message.getProperty("CE_contenttype")).isEqualTo("application/cloudevents+json");
  }

  @Test
  void plainIsThePayload() {
    Message message =
        encode(
            Map.of("mode", "plain", "tag", "type", "keys", "subject", "messageGroup", "none"),
            RECORD);
    assertThat(message.getBody()).asString(UTF_8).isEqualTo("{\"a\":1}");
    assertThat(message.getTags()).isEqualTo("order.paid");
    assertThat(message.getKeys()).isEqualTo("o-7");
    assertThat(message.getProperties())
        .containsEntry("event-id", "e-1")
        .containsEntry("colour", "red")
        .doesNotContainKey(MessageConst.PROPERTY_SHARDING_KEY);
  }

  @Test
  void nothingIsOneZeroByte() {
    SinkRecord bare = new SinkRecord(Event.builder().id("bare").text("").build(), null, 0);
    assertThat(encode(Map.of(), bare).getBody()).containsExactly(0);
  }

  @Test
  void aTimeOfDeliveryIsTakenFromTheClockOrAnExtension() {
    assertThat(encode(Map.of("delay", "10s"), RECORD).getDeliverTimeMs()).isEqualTo(11_000);
    assertThat(encode(Map.of("deliverAt", "due"), RECORD).getDeliverTimeMs())
        .isEqualTo(Instant.parse("2026-01-02T00:00:00Z").toEpochMilli());
    assertThat(encode(Map.of("deliverAt", "other"), RECORD).getDeliverTimeMs()).isZero();
    assertThatThrownBy(() -> encode(Map.of("deliverAt", "colour"), RECORD))
        .isInstanceOf(Encoding.EncodingException.class)
        .hasMessageContaining("colour");
  }

  @Test
  void whatWouldBreakThePropertiesIsRefused() {
    Event broken = Event.builder().id("a\u0001b").text("x").build();
    assertThatThrownBy(() -> encode(Map.of(), new SinkRecord(broken, null, 0)))
        .isInstanceOf(Encoding.EncodingException.class);
  }

  @Test
  void propertiesThatRocketMqHasNoRoomForAreRefused() {
    EventBuilder event = Event.builder().id("e-1").text("x");
    for (int i = 0; i < 40; i++) {
      event.extension("x" + i, "\u00e4".repeat(410)); // twice as many bytes
    }
    SinkRecord large = new SinkRecord(event.build(), null, 0);
    assertThatThrownBy(() -> encode(Map.of(), large))
        .isInstanceOf(Encoding.EncodingException.class)
        .hasMessageContaining("32767");
    assertThat(encode(Map.of("mode", "structured"), large).getBody()).hasSizeGreaterThan(32_000);
  }

  @Test
  void aBatchIsWhatTheClientWouldMakeOfItsMessages() throws Exception {
    Problems problems = new Problems();
    Settings settings = RocketMqSinkConfig.SPEC.read(raw(Map.of()), "$", problems);
    Encoding encoding = new Encoding(RocketMqSinkConfig.read(settings), () -> 1_000L);
    SinkRecord bare = new SinkRecord(Event.builder().id("e-2").text("").build(), null, 0);
    List<Outgoing> outgoing = List.of(encoding.encode(RECORD), encoding.encode(bare));
    List<Message> expected = outgoing.stream().map(one -> one.message("invoices")).toList();
    MessageBatch batch = Outgoing.batch("invoices", outgoing);
    assertThat(MessageDecoder.decodeMessages(ByteBuffer.wrap(batch.getBody())))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("topic")
        .containsExactlyElementsOf(expected);
    assertThat(batch.getBody()).hasSameSizeAs(new MessageBatch(expected).encode());
    // The one more is the batch's own id, as the producer would give it.
    assertThat(batch.getProperties())
        .containsAllEntriesOf(MessageBatch.generateFromList(expected).getProperties())
        .hasSize(2);
  }

  @Test
  void everythingWrongInTheSettingsIsReported() {
    Problems problems = new Problems();
    Settings settings =
        RocketMqSinkConfig.SPEC.read(
            Map.of(
                "nameServer", "nowhere",
                "topic", "a.b",
                "tag", "Not A Name",
                "deliverAt", "due",
                "delay", "10s",
                "accessKey", "a",
                "properties", Map.of("sendMsgTimeout", "soon")),
            "$",
            problems);
    RocketMqSinkConfig.check(settings, problems);
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.nameServer",
            "$.topic",
            "$.tag",
            "$.delay",
            "$.secretKey",
            "$.properties['sendMsgTimeout']");
    assertThat(List.of(settings.toString())).noneMatch(text -> text.contains("soon"));
  }
}
