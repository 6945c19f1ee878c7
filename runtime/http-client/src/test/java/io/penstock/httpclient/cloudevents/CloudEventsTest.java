package io.penstock.httpclient.cloudevents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import io.penstock.httpclient.AnswerHeaders;
import io.penstock.httpclient.OutgoingRequest;
import io.penstock.httpclient.cloudevents.EventDecoder.Content;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The binding in both directions. */
class CloudEventsTest {

  private static final Event FULL =
      Event.builder()
          .id("a/1")
          .source("kafka://cluster/orders")
          .type("order.paid")
          .subject("caf\u00e9 100%")
          .time(Instant.parse("2026-01-31T23:59:59.5Z"))
          .dataContentType("application/json; charset=utf-8")
          .extension("colour", "r\"ed \ud83d\ude00")
          .text("{\"total\": 1.10, \"a\":[1 , 2]}")
          .build();

  private record Fields(Map<String, String> fields) implements AnswerHeaders {
    @Override
    public String get(String name) {
      return fields.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public void forEach(BiConsumer<String, String> consumer) {
      fields.forEach(consumer);
    }
  }

  private static Map<String, String> headers(OutgoingRequest request) {
    Map<String, String> headers = new TreeMap<>();
    request.headers().forEach(headers::put);
    return headers;
  }

  private static Content decode(OutgoingRequest request) {
    return EventDecoder.decode(new Fields(headers(request)), request.body());
  }

  private static Content decode(String contentType, String body) {
    return EventDecoder.decode(
        new Fields(Map.of("content-type", contentType)), body.getBytes(UTF_8));
  }

  private static List<Event> events(Content content) {
    return content instanceof Content.One one
        ? List.of(one.event())
        : ((Content.Batch) content).events();
  }

  @Test
  void binary() {
    OutgoingRequest request = EventEncoder.encode(EventMode.BINARY, List.of(FULL));
    assertThat(request.body()).isSameAs(FULL.data());
    assertThat(headers(request))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "ce-specversion", "1.0",
                    "ce-id", "a/1",
                    "ce-source", "kafka://cluster/orders",
                    "ce-type", "order.paid",
                    "ce-subject", "caf%C3%A9%20100%25",
                    "ce-time", "2026-01-31T23:59:59.500Z",
                    "ce-colour", "r%22ed%20%F0%9F%98%80",
                    "content-type", "application/json; charset=utf-8")));
  }

  @Test
  void structured() {
    OutgoingRequest request = EventEncoder.encode(EventMode.STRUCTURED, List.of(FULL));
    assertThat(headers(request))
        .isEqualTo(Map.of("content-type", "application/cloudevents+json; charset=utf-8"));
    assertThat(new String(request.body(), UTF_8))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"a/1\",\"source\":\"kafka://cluster/orders\","
                + "\"type\":\"order.paid\",\"subject\":\"caf\u00e9 100%\","
                + "\"time\":\"2026-01-31T23:59:59.500Z\","
                + "\"datacontenttype\":\"application/json; charset=utf-8\","
                + "\"colour\":\"r\\\"ed \ud83d\ude00\",\"data\":{\"total\": 1.10, \"a\":[1 , 2]}}");
  }

  @Test
  void batched() {
    Event bare = Event.builder().id("b").build();
    OutgoingRequest request = EventEncoder.encode(EventMode.BATCHED, List.of(FULL, bare));
    assertThat(headers(request))
        .isEqualTo(Map.of("content-type", "application/cloudevents-batch+json; charset=utf-8"));
    assertThat(events(decode(request))).containsExactly(FULL, bare);
  }

  @Test
  void plain() {
    OutgoingRequest request = EventEncoder.encode(EventMode.PLAIN, List.of(FULL));
    assertThat(headers(request))
        .isEqualTo(Map.of("content-type", "application/json; charset=utf-8"));
    assertThat(request.body()).isSameAs(FULL.data());
  }

  @Test
  void jsonThatNobodyDeclaredIsJsonAllTheSame() {
    Event undeclared = Event.builder().id("1").source("s").type("t").text("{\"a\": [1]}").build();
    for (EventMode mode : List.of(EventMode.BINARY, EventMode.PLAIN)) {
      assertThat(headers(EventEncoder.encode(mode, List.of(undeclared))))
          .containsEntry("content-type", "application/json");
    }
    assertThat(
            new String(EventEncoder.encode(EventMode.BATCHED, List.of(undeclared)).body(), UTF_8))
        .isEqualTo(
            "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\","
                + "\"data\":{\"a\": [1]}}]");
    for (String like : List.of("{}", "[]", "{ \"a\":1}", "[ -1]", "[[]]")) {
      Event event = Event.builder().text(like).build();
      assertThat(headers(EventEncoder.encode(EventMode.BINARY, List.of(event))))
          .as(like)
          .containsEntry("content-type", "application/json");
    }
    // What only looks like it must not spoil the document around it.
    Event broken = Event.builder().text("[1,]").build();
    assertThat(new String(EventEncoder.encode(EventMode.STRUCTURED, List.of(broken)).body(), UTF_8))
        .contains("\"data_base64\":\"WzEsXQ==\"");
    for (String other :
        List.of(
            "",
            "7",
            "{a}",
            "[1] 2",
            "{",
            "[INFO] done]",
            "[notice] exit signal [11]",
            "[2026-11-22 10:00:00] GET / [200]",
            "[\u0000]\u0000")) {
      Event event = Event.builder().text(other).build();
      assertThat(headers(EventEncoder.encode(EventMode.BINARY, List.of(event))))
          .as(other)
          .doesNotContainKey("content-type");
    }
  }

  @Test
  void oneEventARequestUnlessBatched() {
    assertThatThrownBy(() -> EventEncoder.encode(EventMode.BINARY, List.of(FULL, FULL)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = EventMode.class,
      names = {"BINARY", "STRUCTURED", "BATCHED"})
  void whateverIsEncodedIsDecodedTheSame(EventMode mode) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      Event event = anyEvent(random);
      assertThat(events(decode(EventEncoder.encode(mode, List.of(event)))))
          .as("seed %s, run %s", seed, i)
          .containsExactly(event);
    }
  }

  private static Event anyEvent(Random random) {
    var event =
        Event.builder()
            .id(anyText(random))
            .source(anyText(random))
            .type(anyText(random))
            .extension("x" + random.nextInt(3), anyText(random));
    if (random.nextBoolean()) {
      event.subject(anyText(random));
    }
    if (random.nextBoolean()) {
      event.time(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
    }
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    switch (random.nextInt(5)) {
      case 0 -> event.data(bytes);
      case 1 -> event.dataContentType("application/octet-stream").data(bytes);
      case 2 -> event.dataContentType("application/json").data(withoutSpaceAround(bytes));
      case 3 -> event.dataContentType("text/plain").text(anyText(random));
      default ->
          event.json(
              List.of("1.50", "\"a\\u0041\"", "[]", "{\"a\" : null }", "true", "\"\ufeff\"")
                  .get(random.nextInt(6)));
    }
    return event.build();
  }

  /** White space around JSON means nothing and is left out of a document. */
  private static byte[] withoutSpaceAround(byte[] bytes) {
    return new String(bytes, ISO_8859_1).trim().getBytes(ISO_8859_1);
  }

  private static String anyText(Random random) {
    int length = 1 + random.nextInt(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> ' ' + random.nextInt(95);
            case 1 -> 1 + random.nextInt(0x1f);
            case 2 -> 0x80 + random.nextInt(0x700);
            default -> 0x10000 + random.nextInt(0xffff);
          });
    }
    return text.toString();
  }

  @Test
  void nothingAndOtherThings() {
    assertThat(EventDecoder.decode(new Fields(Map.of()), new byte[0]))
        .isInstanceOf(Content.Empty.class);
    assertThat(EventDecoder.decode(new Fields(Map.of()), new byte[1]))
        .isInstanceOfSatisfying(Content.Data.class, data -> assertThat(data.isJson()).isFalse());
    assertThat(decode("application/problem+json; charset=utf-8", "{}"))
        .isInstanceOfSatisfying(Content.Data.class, data -> assertThat(data.isJson()).isTrue());
    assertThat(decode("Application/CloudEvents-Batch+JSON", " [ ] "))
        .isEqualTo(new Content.Batch(List.of()));
  }

  @Test
  void attributesOfOtherTypesAndNulls() {
    Event event =
        events(
                decode(
                    "application/cloudevents+json",
                    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"n\":7,"
                        + "\"b\":true,\"subject\":null,\"data\":null,"
                        + "\"time\":\"2026-01-01T01:00:00+01:00\"}"))
            .get(0);
    assertThat(event.extensions()).isEqualTo(Map.of("n", "7", "b", "true"));
    assertThat(event.subject()).isEmpty();
    assertThat(event.data()).isEmpty();
    assertThat(event.time()).contains(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"time\":\"now\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"A b\":\"1\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"x\":{}}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"id\":\"2\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":\"!\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":1}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"} {}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\""
      })
  void refusesWhatIsNoEvent(String document) {
    assertThatThrownBy(() -> decode("application/cloudevents+json", document))
        .isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> decode("application/cloudevents-batch+json", "[" + document + " 1]"))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void noBytesMakeItThrowAnythingElse() {
    Random random = new Random(7);
    byte[] valid = EventEncoder.encode(EventMode.BATCHED, List.of(FULL)).body();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = valid.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      try {
        decode("application/cloudevents-batch+json", new String(broken, UTF_8));
        EventDecoder.decode(
            new Fields(Map.of("content-type", "application/cloudevents+json")), broken);
      } catch (DecodeException expected) {
        continue;
      } catch (RuntimeException e) {
        others.add(e.toString());
      }
    }
    assertThat(others).isEmpty();
  }
}
