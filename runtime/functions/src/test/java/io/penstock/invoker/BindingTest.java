package io.penstock.invoker;

import static io.penstock.invoker.Harness.callOnce;
import static io.penstock.invoker.Harness.only;
import static io.penstock.invoker.Harness.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What payloads are turned into, and what is said of those that can't be. */
class BindingTest {

  private static final String SECRET = "4111-1111-1111-1111";

  record Line(String article, int count) {}

  record Order(
      String id,
      BigDecimal total,
      LocalDate due,
      Instant placed,
      Optional<String> note,
      List<Line> lines) {

    Order {
      if (total != null && total.signum() < 0) {
        throw new IllegalArgumentException("total must not be negative");
      }
    }
  }

  record Times(Instant at, LocalDate day, Duration took, Optional<String> none) {}

  static final class Keeps implements EventHandler<Order, Void> {

    private final AtomicReference<Order> seen = new AtomicReference<>();

    @Override
    public Void handle(Order input, Context context) {
      seen.set(input);
      return null;
    }
  }

  @Test
  void json_is_bound_to_a_record_with_unknown_properties_ignored() {
    Keeps handler = new Keeps();
    InvocationResult result =
        callOnce(
            handler,
            """
            {"id":"o-1","total":12.50,"due":"2026-02-01","placed":"2026-01-31T10:00:00Z",
             "unknown":{"a":[1]},"note":null,"lines":[{"article":"a1","count":2}]}""");

    assertThat(result).isSameAs(InvocationResult.AllDone.INSTANCE);
    assertThat(handler.seen.get())
        .isEqualTo(
            new Order(
                "o-1",
                new BigDecimal("12.50"),
                LocalDate.of(2026, 2, 1),
                Instant.parse("2026-01-31T10:00:00Z"),
                Optional.empty(),
                List.of(new Line("a1", 2))));
  }

  @Test
  void names_are_matched_with_their_case() {
    Keeps handler = new Keeps();
    callOnce(handler, "{\"ID\":\"o-1\"}");
    assertThat(handler.seen.get().id()).isNull();
  }

  @Test
  void a_payload_of_the_wrong_shape_is_rejected_with_field_place_and_no_value() {
    assertRejected(
        "{\"id\":\"o\",\n \"lines\":[{\"count\":1},{\"count\":\"" + SECRET + "\"}]}",
        "the payload's 'lines[1].count' can't be read as int at line 2, column 32");
    assertRejected(
        "{\"total\":\"" + SECRET + "\"}",
        "the payload's 'total' can't be read as BigDecimal at line 1, column 10");
    assertRejected("[\"" + SECRET + "\"]", "the payload can't be read as Order");
    assertRejected("{\"id\":\"" + SECRET, "the payload is no JSON at line 1");
    assertRejected("nonsense " + SECRET, "the payload is no JSON at line 1");
    assertRejected("{} " + SECRET, "the payload");
    assertRejected("", "the payload is empty, expected JSON for " + Order.class.getName());
    assertRejected("null", "the payload is null, expected JSON for " + Order.class.getName());
  }

  @Test
  void what_the_constructor_of_the_input_says_is_passed_on() {
    assertRejected(
        "{\"total\":-1}", "java.lang.IllegalArgumentException: total must not be negative");
  }

  private static void assertRejected(String payload, String text) {
    Keeps handler = new Keeps();
    EventOutcome outcome = outcomes(callOnce(handler, payload)).get(0);
    assertThat(outcome).isInstanceOf(EventOutcome.Reject.class);
    EventOutcome.Reject reject = (EventOutcome.Reject) outcome;
    assertThat(reject.code()).isEqualTo(Failures.BAD_INPUT);
    assertThat(reject.text()).contains(text).doesNotContain("4111");
    assertThat(handler.seen).hasNullValue();
  }

  @Test
  void a_payload_that_can_not_be_read_rejects_its_event_alone() {
    List<EventOutcome> outcomes = outcomes(callOnce(new Keeps(), "{}", "x", "{}"));
    assertThat(outcomes.get(0)).isEqualTo(EventOutcome.Done.EMPTY);
    assertThat(outcomes.get(1)).isInstanceOf(EventOutcome.Reject.class);
    assertThat(outcomes.get(2)).isEqualTo(EventOutcome.Done.EMPTY);
  }

  @Test
  void events_bytes_and_text_are_passed_as_they_are() {
    AtomicReference<Object> seen = new AtomicReference<>();
    class OfEvent implements EventHandler<Event, Void> {
      @Override
      public Void handle(Event input, Context context) {
        seen.set(input);
        return null;
      }
    }
    class OfBytes implements EventHandler<byte[], Void> {
      @Override
      public Void handle(byte[] input, Context context) {
        seen.set(input);
        return null;
      }
    }
    class OfText implements EventHandler<String, Void> {
      @Override
      public Void handle(String input, Context context) {
        seen.set(input);
        return null;
      }
    }
    FakeInvocation invocation = FakeInvocation.texts("größe");
    for (Object handler : List.of(new OfEvent(), new OfBytes(), new OfText())) {
      try (var function = Harness.of(handler)) {
        Harness.call(function, invocation);
      }
      Event event = invocation.events().get(0);
      if (handler instanceof OfEvent) {
        assertThat(seen.get()).isSameAs(event);
      } else if (handler instanceof OfBytes) {
        assertThat(seen.get()).isSameAs(event.data());
      } else {
        assertThat(seen.get()).isEqualTo("größe");
      }
    }
  }

  @Test
  void json_is_bound_to_generic_types() {
    class OfMap implements EventHandler<Map<String, List<Line>>, Integer> {
      @Override
      public Integer handle(Map<String, List<Line>> input, Context context) {
        return input.get("a").get(0).count();
      }
    }
    assertThat(only(callOnce(new OfMap(), "{\"a\":[{\"count\":41}]}")).text()).isEqualTo("41");
  }

  @Test
  void results_are_written_with_iso_times() {
    class Writes implements EventHandler<Event, Times> {
      @Override
      public Times handle(Event input, Context context) {
        return new Times(Instant.EPOCH, LocalDate.EPOCH, Duration.ofSeconds(90), Optional.empty());
      }
    }
    Event event = only(callOnce(new Writes(), "x"));
    assertThat(new String(event.data(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"at\":\"1970-01-01T00:00:00Z\",\"day\":\"1970-01-01\",\"took\":\"PT1M30S\","
                + "\"none\":null}");
  }

  @Test
  void an_input_that_json_can_not_be_bound_to_is_refused_at_the_start() {
    abstract class Shape {}
    class OfShape implements EventHandler<Shape, Void> {
      @Override
      public Void handle(Shape input, Context context) {
        return null;
      }
    }
    assertThatThrownBy(() -> Harness.of(new OfShape()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining(OfShape.class.getName())
        .hasMessageContaining("JSON can't be bound to that")
        .hasMessageContaining("Ask for Event, byte[], String");
  }
}
