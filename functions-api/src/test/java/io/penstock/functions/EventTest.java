package io.penstock.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event holds, and what its builder promises. */
class EventTest {

  @Test
  void an_event_of_defaults() {
    Event event = Event.builder().build();
    assertThat(event.id()).isNotEmpty();
    assertThat(event.source()).isEqualTo("penstock");
    assertThat(event.type()).isEqualTo("event");
    assertThat(event.subject()).isEmpty();
    assertThat(event.time()).isEmpty();
    assertThat(event.dataContentType()).isEmpty();
    assertThat(event.data()).isEmpty();
    assertThat(event.text()).isEmpty();
    assertThat(event.extensions()).isEmpty();
    assertThat(Event.builder().build().id()).as("random").isNotEqualTo(event.id());
  }

  @Test
  void an_event_with_everything_set() {
    byte[] data = "grün".getBytes(UTF_8);
    Event event =
        Event.builder()
            .id("7")
            .source("kafka://cluster/orders")
            .type("order.paid")
            .subject("o-7")
            .time(Instant.EPOCH)
            .dataContentType("text/plain")
            .data(data)
            .extension("partition", "3")
            .extension("empty", "")
            .build();
    assertThat(event.id()).isEqualTo("7");
    assertThat(event.source()).isEqualTo("kafka://cluster/orders");
    assertThat(event.type()).isEqualTo("order.paid");
    assertThat(event.subject()).contains("o-7");
    assertThat(event.time()).contains(Instant.EPOCH);
    assertThat(event.dataContentType()).contains("text/plain");
    assertThat(event.data()).as("the array itself").isSameAs(data);
    assertThat(event.text()).isEqualTo("grün");
    assertThat(event.extensions()).isEqualTo(Map.of("partition", "3", "empty", ""));
    assertThat(event.extension("partition")).contains("3");
    assertThat(event.extension("other")).isEmpty();
  }

  @Test
  void text_leaves_the_content_type_and_json_sets_it() {
    assertThat(Event.builder().text("{}").build().dataContentType()).isEmpty();
    Event json = Event.builder().json("{\"a\":1}").build();
    assertThat(json.dataContentType()).contains("application/json");
    assertThat(json.text()).isEqualTo("{\"a\":1}");
  }

  @Test
  void bytes_that_are_no_text_come_out_as_replacement_characters() {
    assertThat(Event.builder().data(new byte[] {'a', (byte) 0xff}).build().text())
        .isEqualTo("a\ufffd");
  }

  @Test
  void an_event_does_not_change_when_its_builder_goes_on() {
    EventBuilder builder = Event.builder().id("1").extension("a", "1");
    Event first = builder.build();
    Event second = builder.id("2").extension("b", "2").build();
    assertThat(first.id()).isEqualTo("1");
    assertThat(first.extensions()).isEqualTo(Map.of("a", "1"));
    assertThat(second.extensions()).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThatThrownBy(() -> second.extensions().put("c", "3"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void events_with_equal_attributes_and_bytes_are_equal() {
    EventBuilder builder = Event.builder().id("1").text("same").extension("a", "1");
    Event event = builder.build();
    Event same = builder.text("same").build();
    assertThat(event).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(event).isNotEqualTo(builder.text("other").build());
    assertThat(event).isNotEqualTo(builder.text("same").type("other").build());
    assertThat(event).isNotEqualTo("event");
  }

  @Test
  void its_text_form_shows_no_payload() {
    Event event = Event.builder().id("1").type("t").text("secret").build();
    assertThat(event.toString()).isEqualTo("Event[id=1, type=t, data=6 bytes]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a-b", "a_b", "ä", "a b", "id", "data", "specversion", "time"})
  void what_is_no_name_of_an_extension_is_refused(String name) {
    assertThatThrownBy(() -> Event.builder().extension(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("extension name");
  }

  @Test
  void attributes_must_not_be_empty() {
    EventBuilder builder = Event.builder();
    assertThatThrownBy(() -> builder.id("")).hasMessage("id must not be empty");
    assertThatThrownBy(() -> builder.source("")).hasMessage("source must not be empty");
    assertThatThrownBy(() -> builder.type("")).hasMessage("type must not be empty");
    assertThatThrownBy(() -> builder.subject("")).hasMessage("subject must not be empty");
    assertThatThrownBy(() -> builder.dataContentType(""))
        .hasMessage("dataContentType must not be empty");
    assertThatThrownBy(() -> builder.data(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.time(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.extension("a", null)).isInstanceOf(NullPointerException.class);
  }
}
