package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingTest {

  private final List<Header> headers = new ArrayList<>();
  private byte @Nullable [] key;

  private static EventBuilder event() {
    return Event.builder().id("e-1").source("/shop").type("paid");
  }

  private @Nullable String encode(Mode mode, Event event) {
    byte[] value = Encoding.of(mode).encode(event, key, headers);
    return value == null ? null : new String(value, UTF_8);
  }

  private Map<String, String> headers() {
    Map<String, String> all = new LinkedHashMap<>();
    for (Header header : headers) {
      assertThat(all.put(header.key(), new String(header.value(), UTF_8))).isNull();
    }
    return all;
  }

  @Test
  void writesAttributesAsHeaders() {
    Event full =
        event()
            .subject("ö-17")
            .time(Instant.parse("2026-01-31T23:59:59.500Z"))
            .json("{\"a\":1}")
            .extension("colour", "red")
            .build();
    assertThat(encode(Mode.BINARY, full)).isEqualTo("{\"a\":1}");
    assertThat(headers())
        .isEqualTo(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", "e-1",
                "ce_source", "/shop",
                "ce_type", "paid",
                "ce_subject", "ö-17",
                "ce_time", "2026-01-31T23:59:59.500Z",
                "content-type", "application/json",
                "ce_colour", "red"));
  }

  @Test
  void leavesOutWhatAnEventDoesNotHave() {
    assertThat(encode(Mode.BINARY, event().build())).isEmpty();
    assertThat(headers()).containsOnlyKeys("ce_specversion", "ce_id", "ce_source", "ce_type");
  }

  @Test
  void doesNotRepeatTheKey() {
    Event event = event().extension("partitionkey", "kö").build();
    key = "kö".getBytes(UTF_8);
    encode(Mode.BINARY, event);
    assertThat(headers()).doesNotContainKey("ce_partitionkey");
    key = "other".getBytes(UTF_8);
    encode(Mode.BINARY, event);
    assertThat(headers.get(headers.size() - 1).key()).isEqualTo("ce_partitionkey");
  }

  @Test
  void remembersHeadersWithoutMixingThemUp() {
    BinaryEncoding encoding = new BinaryEncoding();
    for (int i = 0; i < 200; i++) {
      List<Header> list = new ArrayList<>();
      String value = "v" + i / 3;
      Event event =
          Event.builder().id("e" + i).source(value).type(value).extension("x" + i, value).build();
      encoding.encode(event, null, list);
      RecordHeaders each = new RecordHeaders(list);
      assertThat(each.lastHeader("ce_id").value()).isEqualTo(("e" + i).getBytes(UTF_8));
      for (String name : new String[] {"ce_source", "ce_type", "ce_x" + i}) {
        assertThat(each.lastHeader(name).value()).isEqualTo(value.getBytes(UTF_8));
      }
    }
  }

  @Test
  void writesNothingButPayloadAndIdWhenPlain() {
    assertThat(encode(Mode.PLAIN, event().text("hello").extension("colour", "red").build()))
        .isEqualTo("hello");
    assertThat(headers()).isEqualTo(Map.of("event-id", "e-1"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "application/json        | {\"a\": 1.10}  | ,\"data\":{\"a\": 1.10}",
        "application/vnd.x+json  | [1 , 2]        | ,\"data\":[1 , 2]",
        "application/json; q=1   | 7              | ,\"data\":7",
        "application/json        | \"text\"       | ,\"data\":\"text\"",
        "application/json        | {\"a\":        | ,\"data_base64\":\"eyJhIjo=\"",
        "application/json        | 1 2            | ,\"data_base64\":\"MSAy\"",
        "text/plain              | say \"hü\"     | ,\"data\":\"say \\\"hü\\\"\"",
        "application/octet-stream| abc            | ,\"data_base64\":\"YWJj\"",
        "text/plain              | ``             | ``"
      })
  void writesOneDocument(String contentType, String payload, String data) {
    Event event =
        event()
            .subject("s")
            .time(Instant.parse("2026-01-31T23:59:59Z"))
            .dataContentType(contentType)
            .text(payload)
            .extension("colour", "red")
            .build();
    assertThat(encode(Mode.STRUCTURED, event))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shop\",\"type\":\"paid\","
                + "\"subject\":\"s\",\"time\":\"2026-01-31T23:59:59Z\",\"datacontenttype\":\""
                + contentType
                + "\",\"colour\":\"red\""
                + data
                + "}");
    assertThat(headers())
        .isEqualTo(Map.of("content-type", "application/cloudevents+json; charset=UTF-8"));
  }

  @Test
  void writesBytesWithoutAMediaTypeAsBase64() {
    assertThat(encode(Mode.STRUCTURED, event().data(new byte[] {0, 1, (byte) 0xff}).build()))
        .endsWith(",\"data_base64\":\"AAH/\"}");
  }

  @Test
  void doesNotTakeBytesThatAreNoUtf8ForText() {
    byte[] latin = {'"', (byte) 0xe4, '"'};
    assertThat(
            encode(
                Mode.STRUCTURED, event().dataContentType("application/json").data(latin).build()))
        .contains("data_base64");
    assertThat(encode(Mode.STRUCTURED, event().dataContentType("text/plain").data(latin).build()))
        .contains("data_base64");
  }

  @Test
  void writesNoValueForATombstone() {
    for (Mode mode : Mode.values()) {
      assertThat(encode(mode, event().extension("kafkatombstone", "true").build())).isNull();
    }
    assertThat(new RecordHeaders(headers).lastHeader("ce_kafkatombstone")).isNull();
    assertThat(new RecordHeaders(headers).lastHeader("content-type")).isNull();
    assertThat(encode(Mode.PLAIN, event().text("x").extension("kafkatombstone", "true").build()))
        .as("data is not thrown away")
        .isEqualTo("x");
  }
}
