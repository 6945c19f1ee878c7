package io.penstock.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.filter.EventPattern;
import io.penstock.functions.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import software.amazon.event.ruler.Machine;

/**
 * What JMH measures: five fields looked for in an order of 1 KiB, of which there are many, with their
 * keys in any order, so that no branch can be learnt by heart. The last field is in the payload's
 * last third. Half of the orders match.
 */
@State(Scope.Thread)
public class FilterMatching {

  /** The size of every payload. */
  static final int BYTES = 1024;

  private static final int EVENTS = 512;

  private static final String PATTERN =
      """
      { "data": { "status": ["PAID", "SHIPPED"],
                  "total": [{ "numeric": [">", 100] }],
                  "customer": { "country": [{ "anything-but": ["US", "CA"] }] },
                  "channel": [{ "prefix": "web" }],
                  "lines": { "sku": [{ "exists": true }] } } }
      """;

  private static final JsonFactory JACKSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final JsonCodec json = new JsonCodec();
  private final List<Event> events = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final Machine ruler = new Machine();
  private EventFilter filter = (event, format) -> false;
  private int next;

  /** Makes the events and compiles the pattern. */
  @Setup
  public void prepare() throws IOException {
    Random random = new Random(1);
    int matches = 0;
    filter =
        EventPattern.compile(
                json.decode(PATTERN.getBytes(StandardCharsets.UTF_8)), "$", json, new Problems())
            .orElseThrow();
    ruler.addRule("rule", PATTERN.substring(PATTERN.indexOf(':') + 1, PATTERN.lastIndexOf('}')));
    for (int i = 0; i < EVENTS; i++) {
      texts.add(order(random));
      events.add(Event.builder().id("event-" + i).json(texts.get(i)).build());
      matches += filter.passes(events.get(i), json) ? 1 : 0;
      if (filter.passes(events.get(i), json) != isMatchedByRuler(texts.get(i))) {
        throw new BenchmarkException("The two don't agree on " + texts.get(i));
      }
    }
    if (matches < EVENTS / 4 || matches > EVENTS / 4 * 3) {
      throw new BenchmarkException(matches + " of " + EVENTS + " match: not half of them.");
    }
  }

  /** Our filter. */
  @Benchmark
  public boolean penstock() {
    return filter.passes(events.get(next()), json);
  }

  /** The library that AWS matches with; from text, which it needs. */
  @Benchmark
  public boolean eventRuler() {
    return isMatchedByRuler(texts.get(next()));
  }

  /** What it would cost to read the payload with Jackson, without looking for anything. */
  @Benchmark
  public int jacksonTokens() throws IOException {
    int tokens = 0;
    try (JsonParser parser = JACKSON.createParser(events.get(next()).data())) {
      while (parser.nextToken() != null) {
        tokens++;
      }
    }
    return tokens;
  }

  private int next() {
    next = next + 1 & EVENTS - 1;
    return next;
  }

  private boolean isMatchedByRuler(String event) {
    try {
      return !ruler.rulesForJSONEvent(event).isEmpty();
    } catch (Exception e) { // which is what it declares
      throw new BenchmarkException("event-ruler failed on " + event, e);
    }
  }

  private static String order(Random random) {
    List<String> fields = new ArrayList<>();
    fields.add("\"id\":\"o-" + random.nextInt(10_000_000) + "\"");
    fields.add("\"status\":\"" + (random.nextInt(20) > 0 ? "PAID" : "OPEN") + "\"");
    fields.add("\"total\":" + (random.nextInt(10) > 0 ? 150 : 50) + ".9" + random.nextInt(10));
    fields.add("\"currency\":\"EUR\"");
    fields.add("\"createdAt\":\"2026-01-31T12:00:" + (10 + random.nextInt(50)) + "Z\"");
    fields.add("\"express\":" + random.nextBoolean());
    fields.add("\"note\":null");
    fields.add("\"tags\":[\"new\",\"gift\"]");
    fields.add(
        ("\"customer\":{\"id\":\"c-%d\",\"name\":\"Zoë Müller\",\"vip\":%b,\"country\":\"%s\","
                + "\"address\":{\"street\":\"Main Street %d\",\"city\":\"Berlin\",\"zip\":\"10115\"}}")
            .formatted(
                random.nextInt(100_000),
                random.nextBoolean(),
                random.nextInt(10) > 0 ? "DE" : "US",
                random.nextInt(200)));
    Collections.shuffle(fields, random);
    List<String> late = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      lines
          .append(i == 0 ? "" : ",")
          .append("{\"sku\":\"SKU-")
          .append(random.nextInt(100_000))
          .append("\",\"quantity\":")
          .append(1 + random.nextInt(9))
          .append(",\"price\":")
          .append(random.nextInt(100))
          .append(".99}");
    }
    late.add("\"lines\":[" + lines + "]");
    late.add("\"channel\":\"" + (random.nextInt(5) > 0 ? "web/shop" : "store") + "\"");
    Collections.shuffle(late, random);
    fields.addAll(late);
    String start = "{\"comment\":\"";
    String end = "\"," + String.join(",", fields) + "}";
    int free = BYTES - start.length() - end.getBytes(StandardCharsets.UTF_8).length;
    return start + "Please ring twice. ".repeat(40).substring(0, free) + end;
  }
}
