package io.penstock.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.connector.SourceEvent;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredCloudEventTest {

  private static final String REQUIRED =
      "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"";

  private static KafkaRecord record(String contentType, byte @Nullable [] value) {
    return new KafkaRecord(
        Origin.of("cluster", "topic-id", "orders", 3),
        new ConsumerRecord<>(
            "orders",
            3,
            42,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            "k".getBytes(UTF_8),
            value,
            new RecordHeaders().add("content-type", contentType.getBytes(UTF_8)),
            Optional.empty()));
  }

  private static Event decode(String document) {
    return record("application/cloudevents+json; charset=UTF-8", document.getBytes(UTF_8)).event();
  }

  @Test
  void readsEveryAttribute() {
    Event event =
        decode(
            " {\"specversion\":\"1.0\", \"id\":\"e-1\",\"source\":\"/shop\",\"type\":\"paid\","
                + "\"subject\":\"o-17\",\"time\":\"2026-01-31T23:59:59.5Z\","
                + "\"datacontenttype\":\"application/json\",\"dataschema\":\"urn:s\","
                + "\"colour\":\"rot/grün\",\"number\":7,\"flag\":true,\"nothing\":null,"
                + "\"data\": {\"total\": 1.10,  \"items\":[1, 2]} }");
    assertThat(event.id()).isEqualTo("e-1");
    assertThat(event.source()).isEqualTo("/shop");
    assertThat(event.type()).isEqualTo("paid");
    assertThat(event.subject()).hasValue("o-17");
    assertThat(event.time()).hasValue(Instant.parse("2026-01-31T23:59:59.5Z"));
    assertThat(event.dataContentType()).hasValue("application/json");
    assertThat(event.text())
        .as("data is not written anew")
        .isEqualTo("{\"total\": 1.10,  \"items\":[1, 2]}");
    assertThat(event.extensions())
        .isEqualTo(
            Map.of(
                "colour", "rot/grün",
                "number", "7",
                "flag", "true",
                "dataschema", "urn:s",
                "kafkatopic", "orders",
                "kafkapartition", "3",
                "kafkaoffset", "42",
                "partitionkey", "k"));
    assertThat(SourceEvent.passedOnBy(event))
        .isEqualTo(
            Map.of(
                "colour", "rot/grün",
                "number", "7",
                "flag", "true",
                "dataschema", "urn:s",
                "partitionkey", "k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.50e+3",
        "0",
        "true",
        "false",
        "\"text \\\" \\u00fc\"",
        "\"grün\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":\"}\"}]]",
        "{\"a\":{\"b\":[]}}"
      })
  void cutsOutJsonDataOfEveryKind(String data) {
    for (String before : new String[] {"", " ", "\n\t"}) {
      for (String after : new String[] {"", " ", "\r\n"}) {
        assertThat(decode("{" + REQUIRED + ",\"data\":" + before + data + after + "}").text())
            .isEqualTo(data);
        assertThat(decode("{\"data\":" + before + data + after + ", " + REQUIRED + "}").text())
            .isEqualTo(data);
      }
    }
  }

  @Test
  void readsTextAndBinaryData() {
    assertThat(
            decode("{" + REQUIRED + ",\"data\":\"a \\\"b\\\"\",\"datacontenttype\":\"text/plain\"}")
                .text())
        .isEqualTo("a \"b\"");
    assertThat(decode("{" + REQUIRED + ",\"data_base64\":\"AAH/\"}").data())
        .containsExactly(0, 1, 0xff);
    assertThat(decode("{" + REQUIRED + "}").data()).isEmpty();
    assertThat(decode("{" + REQUIRED + ",\"data\":null}").data()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{",
        "{}",
        "{} {}",
        "{\"specversion\":\"1.0\"}",
        "{\"specversion\":\"2.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"s\",\"type\":\"t\"}"
      })
  void refusesWhatIsNoEvent(String document) {
    assertThatThrownBy(() -> decode(document)).isInstanceOf(DecodeException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"time\":\"secret\"",
        ",\"data_base64\":\"secret!\"",
        ",\"data_base64\":5",
        ",\"data\":1,\"data_base64\":\"AAH/\"",
        ",\"Secret\":\"x\"",
        ",\"ext\":{\"secret\":1}",
        ",\"id\":\"2\"",
        ",\"data\":secret",
        ",\"data\":\"secret",
      })
  void refusesBadMembersAndRepeatsNothingOfThem(String member) {
    assertThatThrownBy(() -> decode("{" + REQUIRED + member + "}"))
        .isInstanceOf(DecodeException.class)
        .satisfies(e -> assertThat(e.getMessage().toLowerCase()).doesNotContain("secret"))
        .hasNoCause();
  }

  @Test
  void refusesOtherFormatsAndEncodings() {
    assertThatThrownBy(() -> record("application/cloudevents+avro", new byte[] {1}).event())
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("cloudevents+avro");
    assertThatThrownBy(
            () ->
                record("Application/CloudEvents+JSON", ("{" + REQUIRED + "}").getBytes(UTF_16))
                    .event())
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void leavesATombstoneAPlainRecord() {
    KafkaRecord tombstone = record("application/cloudevents+json", null);
    assertThat(tombstone.event()).isSameAs(tombstone);
  }
}
