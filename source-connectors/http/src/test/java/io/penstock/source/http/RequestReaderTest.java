package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.functions.Event;
import io.penstock.source.http.RequestReader.Arrays;
import io.penstock.source.http.RequestReader.PlainEvents;
import io.penstock.source.http.log.Entry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Requests")
class RequestReaderTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final String REQUIRED =
      "\"specversion\":\"1.0\",\"source\":\"/shop\",\"type\":\"paid\"";
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch+json";

  private static RequestReader reader(Arrays arrays, Map<String, String> attributes) {
    return new RequestReader(
        new PlainEvents("/sources/shop/events", "request", arrays, attributes),
        InstantSource.fixed(NOW));
  }

  /** What the source hands over, after the way through the log. */
  private static List<ReceivedRecord> records(RequestReader reader, TestRequest request) {
    try {
      return reader.read(request).stream()
          .map(event -> new ReceivedRecord(new Entry(7, 0, event.encode())))
          .toList();
    } catch (RefusedException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static List<Event> events(TestRequest request) {
    return records(reader(Arrays.EVENT, Map.of()), request).stream()
        .map(ReceivedRecord::event)
        .toList();
  }

  private static Event event(TestRequest request) {
    List<Event> events = events(request);
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  @Test
  void inBinaryModeBecomeEvents() {
    Event event =
        event(
            TestRequest.of("text/csv;header=absent", "a,b\n1,2")
                .with("ce-specversion", "1.0")
                .with("Ce-Id", "e-1")
                .with("CE-SOURCE", "/shop?a=b")
                .with("ce-type", "paid")
                .with("ce-subject", "Euro%20%E2%82%AC%20100%25")
                .with("ce-time", "2026-01-31T23:59:59.5+01:00")
                .with("ce-colour", "red")
                .with("User-Agent", "curl"));

    assertThat(event.id()).isEqualTo("e-1");
    assertThat(event.source()).isEqualTo("/shop?a=b");
    assertThat(event.type()).isEqualTo("paid");
    assertThat(event.subject()).hasValue("Euro € 100%");
    assertThat(event.time()).hasValue(Instant.parse("2026-01-31T22:59:59.5Z"));
    assertThat(event.dataContentType()).hasValue("text/csv;header=absent");
    assertThat(event.text()).isEqualTo("a,b\n1,2");
    assertThat(event.extensions()).isEqualTo(Map.of("colour", "red"));
  }

  @Test
  void inStructuredModeBecomeEvents() {
    Event event =
        event(
            TestRequest.of(
                "Application/CloudEvents+JSON; charset=utf-8",
                "{" + REQUIRED + ",\"id\":\"1\",\"partitionkey\":\"k\",\"data\":{\"a\": 1.0}}"));

    assertThat(event.id()).isEqualTo("1");
    assertThat(event.text()).isEqualTo("{\"a\": 1.0}");
    assertThat(event.extensions()).isEqualTo(Map.of("partitionkey", "k"));
  }

  @Test
  void inBatchesBecomeEventsInTheirOrder() {
    assertThat(
            events(
                TestRequest.of(
                    BATCH,
                    "[{"
                        + REQUIRED
                        + ",\"id\":\"1\"} ,\n{"
                        + REQUIRED
                        + ",\"id\":\"2\",\"data\":2}]")))
        .extracting(Event::id)
        .containsExactly("1", "2");
    assertThat(events(TestRequest.of(BATCH, "[]"))).isEmpty();
  }

  @Test
  void thatAreJsonBecomeEvents() {
    Event first = event(TestRequest.of("application/json", " {\"total\": 1.10}\n"));
    Event second = event(TestRequest.of("application/vnd.acme+json;v=2", "[1, 2]"));

    assertThat(first.id()).isNotEmpty().isNotEqualTo(second.id());
    assertThat(first.source()).isEqualTo("/sources/shop/events");
    assertThat(first.type()).isEqualTo("request");
    assertThat(first.time()).hasValue(NOW);
    assertThat(first.dataContentType()).hasValue("application/json");
    assertThat(first.text()).isEqualTo(" {\"total\": 1.10}\n");
    assertThat(second.text()).isEqualTo("[1, 2]");
    assertThat(second.dataContentType()).hasValue("application/vnd.acme+json;v=2");
  }

  @Test
  void giveAttributesFromHeaders() {
    Map<String, String> attributes =
        Map.of(
            "id", "X-GitHub-Delivery",
            "type", "X-GitHub-Event",
            "partitionkey", "X-Customer",
            "subject", "X-Not-There");
    TestRequest request =
        TestRequest.json("[1,2]")
            .with("x-github-delivery", "d-1")
            .with("X-GitHub-Event", "push")
            .with("X-Customer", "J\u00fcrgen \"J\"");
    Event event = records(reader(Arrays.EVENT, attributes), request).get(0).event();

    assertThat(event.id()).isEqualTo("d-1");
    assertThat(event.type()).isEqualTo("push");
    assertThat(event.subject()).isEmpty();
    assertThat(event.extension("partitionkey")).hasValue("J\u00fcrgen \"J\"");
    assertThat(records(reader(Arrays.BATCH, attributes), request))
        .extracting(record -> record.event().id() + "=" + record.event().text())
        .containsExactly("d-1-0=1", "d-1-1=2");
  }

  @Test
  void withAnArrayAreABatchOnlyWhereTheSettingSaysSo() {
    RequestReader batches = reader(Arrays.BATCH, Map.of());
    List<ReceivedRecord> records = records(batches, TestRequest.json(" [ {\"a\":1 }, 2.50 ] "));

    assertThat(records).extracting(r -> r.event().text()).containsExactly("{\"a\":1 }", "2.50");
    assertThat(records).extracting(r -> r.event().id()).doesNotHaveDuplicates();
    assertThat(records(batches, TestRequest.json("{\"a\":[1]}"))).hasSize(1);
    assertThat(records(batches, TestRequest.json("[]"))).isEmpty();
  }

  @Test
  void canBePutBackAsTheyAreKept() throws RefusedException {
    TestRequest plain = TestRequest.json("{\"a\":1}").with("X-Key", "k");
    RequestReader reader = reader(Arrays.EVENT, Map.of("partitionkey", "X-Key"));
    ReceivedRecord record = records(reader, plain).get(0);
    TestRequest again = TestRequest.of("", new String(record.original().value(), UTF_8));
    for (var header : record.original().headers()) {
      again = again.with(header.name(), new String(header.value(), UTF_8));
    }

    assertThat(record.original().key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(records(reader, again).get(0).event()).isEqualTo(record.event());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "application/json          | {                     | 400 | not JSON, at byte 1",
        "application/json          | none                  | 400 | found nothing",
        "application/json          | {} {}                 | 400 | more than one JSON value",
        "application/cloudevents+json | {}                 | 400 | no attribute specversion",
        "application/cloudevents+json | {\"specversion\":\"1.0\",\"id\":\"1\"} | 400 | no attribute"
            + " source",
        "application/cloudevents-batch+json | {}           | 400 | expected a JSON array",
        "application/cloudevents-batch+json | [{}]         | 400 | no attribute specversion",
        "application/cloudevents+avro | x                  | 415 | not understood",
        "text/plain                | {}                    | 415 | application/json",
        "application/x-www-form-urlencoded | a=b           | 415 | application/json",
        "none                      | {}                    | 415 | application/json",
      })
  void thatAreNoneAreRefused(String contentType, String body, int status, String message) {
    TestRequest request =
        TestRequest.of(contentType == null ? "" : contentType, body == null ? "" : body);

    assertThatThrownBy(() -> reader(Arrays.EVENT, Map.of()).read(request))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.status()).isEqualTo(status))
        .hasMessageContaining(message);
  }

  @Test
  void withOneBadEventAreRefusedAsAWhole() {
    String good = "{" + REQUIRED + ",\"id\":\"1\"}";
    assertThatThrownBy(
            () ->
                reader(Arrays.EVENT, Map.of())
                    .read(TestRequest.of(BATCH, "[" + good + ",{" + REQUIRED + "}]")))
        .hasMessageContaining("event 1: ")
        .hasMessageContaining("id");
  }

  @Test
  void holdOnlySoManyEvents() {
    String many = "[" + "1,".repeat(RequestReader.MAX_EVENTS) + "1]";
    assertThatThrownBy(() -> reader(Arrays.BATCH, Map.of()).read(TestRequest.json(many)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("more than 10000 elements");
  }

  @Test
  void mustNotBeCompressed() {
    assertThatThrownBy(
            () ->
                reader(Arrays.EVENT, Map.of())
                    .read(TestRequest.json("{}").with("Content-Encoding", "gzip")))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.status()).isEqualTo(415));
    assertThat(event(TestRequest.json("{}").with("content-encoding", "identity")).text())
        .isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ce-id=",
        "ce-specversion=0.3",
        "ce-time=today",
        "ce-id=2",
        "ce-Big_Name=x",
        "ce-a=%C3"
      })
  void inBinaryModeWithBadHeadersAreRefused(String change) {
    TestRequest request = TestRequest.json("{}");
    int at = change.indexOf('=');
    String name = change.substring(0, at);
    for (String[] header :
        new String[][] {
          {"ce-specversion", "1.0"}, {"ce-id", "1"}, {"ce-source", "s"}, {"ce-type", "t"}
        }) {
      if (!header[0].equals(name) || change.equals("ce-id=2")) {
        request = request.with(header[0], header[1]);
      }
    }
    TestRequest changed = request.with(name, change.substring(at + 1));
    assertThatThrownBy(() -> reader(Arrays.EVENT, Map.of()).read(changed))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining(name.substring("ce-".length()).toLowerCase(java.util.Locale.ROOT));
  }
}
