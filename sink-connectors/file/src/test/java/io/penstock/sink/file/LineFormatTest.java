package io.penstock.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import io.penstock.sink.file.LineFormat.NoLineException;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lines hold. */
class LineFormatTest {

  private static final String HEAD =
      "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"";

  private static EventBuilder event() {
    return Event.builder().id("1").source("s").type("t");
  }

  private static String line(LineFormat format, Event event) throws NoLineException {
    String line = new String(format.line(event), UTF_8);
    assertThat(line).endsWith("\n");
    String text = line.substring(0, line.length() - 1);
    assertThat(text).doesNotContain("\n").doesNotContain("\r");
    return text;
  }

  @Test
  void an_event_is_written_with_every_attribute() throws Exception {
    Event full =
        event()
            .subject("a \"subject\"\n")
            .time(Instant.parse("2026-01-02T03:04:05.678Z"))
            .extension("partition", "3")
            .extension("traceparent", "00-ab")
            .json("{\"a\": [1,\r\n 2.50]}")
            .build();
    assertThat(line(LineFormat.EVENT, full))
        .isEqualTo(
            HEAD
                + ",\"subject\":\"a \\\"subject\\\"\\n\",\"time\":\"2026-01-02T03:04:05.678Z\""
                + ",\"datacontenttype\":\"application/json\",\"partition\":\"3\""
                + ",\"traceparent\":\"00-ab\",\"data\":{\"a\": [1,   2.50]}}");
    assertThat(line(LineFormat.EVENT, event().build())).isEqualTo(HEAD + "}");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "NONE",
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json                  | 1.10    | ,`data`:1.10",
        "application/vnd.x+json            | [1]     | ,`data`:[1]",
        "APPLICATION/JSON; charset=\"UTF-8\" | \"x\" | ,`data`:\"x\"",
        "NONE                              | {}      | ,`data`:{}",
        "NONE                              | hello   | ,`data_base64`:",
        "application/json                  | {\"a\": | ,`data_base64`:",
        "application/json                  | 1 2     | ,`data_base64`:",
        "application/json; charset=latin1  | {}      | ,`data_base64`:",
        "text/plain                        | a\"b    | ,`data`:\"a\\\"b\"",
        "text/plain; charset=utf-8         | 1       | ,`data`:\"1\"",
        "text/plain; charset=iso-8859-1    | 1       | ,`data_base64`:",
        "application/xml                   | <a/>    | ,`data_base64`:",
      })
  void data_stands_in_it_by_its_media_type(String contentType, String data, String expected)
      throws Exception {
    EventBuilder event = event().text(data);
    String attribute = "";
    if (contentType != null) {
      event.dataContentType(contentType);
      attribute = ",\"datacontenttype\":\"" + contentType.replace("\"", "\\\"") + "\"";
    }
    String wanted = expected.replace('`', '"');
    if (wanted.endsWith("base64\":")) {
      wanted += "\"" + Base64.getEncoder().encodeToString(data.getBytes(UTF_8)) + "\"";
    }
    assertThat(line(LineFormat.EVENT, event.build())).isEqualTo(HEAD + attribute + wanted + "}");
  }

  @Test
  void bytes_that_are_no_text_are_base64() throws Exception {
    byte[] bytes = {(byte) 0xff, '\n', 0};
    assertThat(line(LineFormat.EVENT, event().dataContentType("text/plain").data(bytes).build()))
        .endsWith("\"data_base64\":\"/woA\"}");
  }

  @Test
  void data_alone_is_written_as_it_is() throws Exception {
    byte[] bytes = {(byte) 0xff, 0};
    assertThat(LineFormat.DATA.line(event().data(bytes).build()))
        .containsExactly((byte) 0xff, 0, '\n');
    assertThat(line(LineFormat.DATA, event().build())).isEmpty();
    assertThat(line(LineFormat.DATA, event().text("{broken").build())).isEqualTo("{broken");
  }

  @Test
  void line_breaks_in_json_become_spaces_and_anything_else_is_refused() throws Exception {
    assertThat(line(LineFormat.DATA, event().json("{\n\"a\\n\":\r\n1}").build()))
        .isEqualTo("{ \"a\\n\":  1}");
    assertThat(line(LineFormat.DATA, event().text("[1,\n2]").build())).isEqualTo("[1, 2]");
    for (Event event :
        new Event[] {
          event().text("two\nlines").build(),
          event().dataContentType("text/plain").text("1\n").build(),
          event().json("{\n").build(),
          event().data(new byte[] {(byte) 0xff, '\r'}).build()
        }) {
      assertThatThrownBy(() -> LineFormat.DATA.line(event))
          .isInstanceOf(NoLineException.class)
          .hasMessageContaining("use format event");
    }
  }
}
