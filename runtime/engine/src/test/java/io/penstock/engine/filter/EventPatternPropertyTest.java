package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.DecodeException;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.functions.Event;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random patterns and payloads against a naive matcher. Repeat a failure with {@code
 * -Dpenstock.filter.seed=SEED}.
 */
class EventPatternPropertyTest {

  private static final int PAIRS = 50_000;

  private final long seed = Long.getLong("penstock.filter.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final JsonCodec json = new JsonCodec();

  @Test
  void agreesWithTheNaiveMatcher() {
    System.out.println("EventPatternPropertyTest: seed " + seed);
    int compiled = 0;
    int passed = 0;
    for (int i = 0; i < PAIRS; i++) {
      Object payload = random.nextInt(10) == 0 ? value(0) : object(0);
      Map<String, Object> pattern = random.nextBoolean() ? pattern(1) : patternFrom(payload);
      Optional<EventFilter> filter =
          EventPattern.compile(Map.of("data", pattern), "$", new Problems());
      if (filter.isEmpty()) {
        continue; // the same field twice, or none
      }
      compiled++;
      String spelled = spelled(payload);
      Event event = Event.builder().json(spelled).build();
      boolean expected = NaiveMatcher.matches(pattern, payload);
      passed += expected ? 1 : 0;
      assertThat(filter.get().passes(event, json))
          .as("seed %d: %s on %s, streamed", seed, pattern, spelled)
          .isEqualTo(expected);
      assertThat(filter.get().passes(event, new DecodedJson()))
          .as("seed %d: %s on %s, decoded", seed, pattern, spelled)
          .isEqualTo(expected);
    }
    assertThat(compiled).as("patterns, seed " + seed).isGreaterThan(PAIRS / 2);
    assertThat(passed).as("matches, seed " + seed).isBetween(compiled / 4, compiled / 4 * 3);
  }

  @Test
  void aMalformedPayloadFailsTheSameWayStreamedAndDecoded() {
    System.out.println("EventPatternPropertyTest: seed " + seed);
    EventFilter filter =
        EventPattern.compile(Map.of("data", Map.of("a", List.of(1L))), "$", new Problems())
            .orElseThrow();
    int malformed = 0;
    for (int i = 0; i < PAIRS; i++) {
      byte[] payload = spelled(object(0)).getBytes(UTF_8);
      for (int n = random.nextInt(3); n >= 0; n--) {
        byte any = (byte) random.nextInt(256);
        payload[random.nextInt(payload.length)] =
            random.nextBoolean() ? any : payload[random.nextInt(payload.length)];
      }
      Event event = Event.builder().data(payload).build();
      boolean fails = fails(() -> json.decode(payload));
      malformed += fails ? 1 : 0;
      assertThat(fails(() -> filter.passes(event, json)))
          .as("seed %d: %s", seed, event.text())
          .isEqualTo(fails);
    }
    assertThat(malformed).as("malformed, seed " + seed).isBetween(PAIRS / 2, PAIRS - 1);
  }

  private static boolean fails(Runnable reading) {
    try {
      reading.run();
      return false;
    } catch (DecodeException e) { // anything else would fail the test
      return true;
    }
  }

  // ---- patterns

  private Map<String, Object> pattern(int level) {
    Map<String, Object> pattern = new LinkedHashMap<>();
    int fields = 1 + random.nextInt(level == 1 ? 3 : 2);
    while (pattern.size() < fields) {
      boolean deeper = level < 3 && random.nextInt(3) == 0;
      pattern.put(
          pick("a", "b", "d", "a.b", "d.e", "d.f"), deeper ? pattern(level + 1) : literals());
    }
    return pattern;
  }

  /** Asks for values that the payload has, though not always in the same element of an array. */
  private Map<String, Object> patternFrom(Object payload) {
    Map<String, Object> pattern = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      List<String> path = new ArrayList<>();
      Object at = payload;
      while (at instanceof Map || at instanceof List) {
        if (at instanceof Map<?, ?> object && !object.isEmpty()) {
          Map.Entry<?, ?> field = pick(object.entrySet().toArray(Map.Entry<?, ?>[]::new));
          path.add((String) field.getKey());
          at = field.getValue();
        } else if (at instanceof List<?> array && !array.isEmpty()) {
          at = pick(array.toArray());
        } else {
          path.clear(); // a dead end
          break;
        }
      }
      if (!path.isEmpty()) {
        pattern.put(String.join(".", path), Collections.singletonList(at));
      }
    }
    return pattern;
  }

  private List<Object> literals() {
    List<Object> literals = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      literals.add(scalar());
    }
    return literals;
  }

  // ---- payloads

  private Object value(int level) {
    int kind = random.nextInt(10);
    if (level < 4 && kind < 3) {
      return object(level);
    }
    if (level < 4 && kind < 6) {
      List<Object> array = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        array.add(value(level + 1));
      }
      return array;
    }
    return scalar();
  }

  private Map<String, Object> object(int level) {
    // One object never has "d" and "d.e": an array in the one and a value in the other would make
    // the naive matcher, which forgets objects, more generous.
    List<String> keys = new ArrayList<>(List.of("a", "b", "c"));
    keys.addAll(random.nextBoolean() ? List.of("d", "e", "f") : List.of("d.e", "d.f", "e.f"));
    Collections.shuffle(keys, random);
    Map<String, Object> object = new LinkedHashMap<>();
    for (String key : keys.subList(0, keys.size() - random.nextInt(4))) {
      object.put(key, value(level + 1));
    }
    return object;
  }

  private Object scalar() {
    return pick(
        "x",
        "1",
        1L,
        new BigDecimal("1.0"),
        new BigDecimal("1e0"),
        new BigDecimal("0.5"),
        true,
        null);
  }

  /** The payload as JSON; the codec's own writer is not used. */
  private static String spelled(Object value) {
    if (value instanceof Map<?, ?> object) {
      List<String> fields = new ArrayList<>();
      object.forEach((key, field) -> fields.add("\"" + key + "\": " + spelled(field)));
      return "{" + String.join(", ", fields) + "}";
    }
    if (value instanceof List<?> array) {
      return "[" + String.join(", ", array.stream().map(e -> spelled(e)).toList()) + "]";
    }
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return Arrays.asList(choices).get(random.nextInt(choices.length));
  }
}
