package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.functions.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventJsonTest {

  private static Event event(String contentType, byte[] data) {
    return Event.builder()
        .id("1")
        .source("s")
        .type("t")
        .dataContentType(contentType)
        .data(data)
        .build();
  }

  /** Every payload of up to two bytes. */
  @Test
  void whateverIsWrittenIsReadTheSame() {
    for (int length = 1; length <= 2; length++) {
      for (int i = 0; i < 1 << (8 * length); i++) {
        byte[] payload = new byte[length];
        for (int at = 0; at < length; at++) {
          payload[at] = (byte) (i >> (8 * at));
        }
        byte[] document = EventJson.write(event("application/json", payload));
        Event read = StructuredEvent.decode(document, extensions -> {});
        // White space around a JSON value is not part of it.
        assertThat(new String(read.data(), UTF_8).strip())
            .as("%s", new String(document, UTF_8))
            .isEqualTo(new String(payload, UTF_8).strip());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json | 7 | \"data\":7",
        "application/json | \"a\" | \"data\":\"a\"",
        "application/json | 1], [2 | data_base64",
        "application/json | [1], [2] | data_base64",
        "application/json | {} {} | data_base64",
        "text/plain | 7 | \"data\":\"7\"",
        "text/plain; charset=latin1 | 7 | data_base64",
        "text/plain; charset=UTF-8 | 7 | \"data\":\"7\"",
        "a/b | 7 | data_base64",
      })
  void writesJsonAsJsonAndTextAsText(String contentType, String data, String expected) {
    assertThat(new String(EventJson.write(event(contentType, data.getBytes(UTF_8))), UTF_8))
        .contains(expected);
  }

  @Test
  void takesWhatLooksLikeJsonForThat() {
    Event object = Event.builder().text("{\"a\":1}").build();
    assertThat(new String(EventJson.write(object), UTF_8)).contains("\"data\":{\"a\":1}");
    Event number = Event.builder().text("7").build();
    assertThat(new String(EventJson.write(number), UTF_8)).contains("\"data\":7");
    Event padded = Event.builder().text("7 ").build();
    assertThat(new String(EventJson.write(padded), UTF_8)).contains("data_base64");
  }
}
