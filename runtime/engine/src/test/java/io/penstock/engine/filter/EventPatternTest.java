package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.functions.Event;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventPatternTest {

  private static final JsonCodec JSON = new JsonCodec();

  private final Event event =
      Event.builder()
          .id("7")
          .source("kafka://c/orders")
          .type("order.paid")
          .subject("o-1")
          .time(Instant.parse("2026-01-31T12:00:00Z"))
          .json("{\"status\":\"PAID\"}")
          .extension("region", "eu")
          .build();

  // ---- attributes

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id': ['7']}",
        "{'source': ['kafka://c/orders']}",
        "{'type': ['order.refunded', 'order.paid']}",
        "{'subject': ['o-1']}",
        "{'time': ['2026-01-31T12:00:00Z']}",
        "{'time': ['2026-01-31T13:00:00.000+01:00']}",
        "{'datacontenttype': ['application/json']}",
        "{'region': ['eu', 'us']}",
        "{'type': ['order.paid'], 'region': ['eu'], 'data': {'status': ['PAID']}}",
        "{'data.status': ['PAID']}",
      })
  void passesIfEveryFieldMatches(String pattern) {
    assertThat(compile(pattern).passes(event, JSON)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id': ['8']}",
        "{'source': ['kafka://c']}",
        "{'type': ['Order.Paid']}",
        "{'subject': ['o-2']}",
        "{'time': ['2026-01-31T12:00:01Z']}",
        "{'datacontenttype': ['text/plain']}",
        "{'region': ['us']}",
        "{'tenant': ['eu']}",
        "{'type': ['order.paid'], 'region': ['us']}",
        "{'type': ['order.paid'], 'data': {'status': ['OPEN']}}",
      })
  void doesNotPassIfOneFieldDoesNot(String pattern) {
    assertThat(compile(pattern).passes(event, JSON)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"subject", "time", "datacontenttype", "region"})
  void anAbsentAttributeMatchesNothing(String attribute) {
    String value = attribute.equals("time") ? "2026-01-31T12:00:00Z" : "";
    EventFilter filter = compile("{'" + attribute + "': ['" + value + "']}");
    assertThat(filter.passes(Event.builder().build(), JSON)).isFalse();
  }

  // ---- data

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': ['x']}           | {'a': 'x', 'b': 1}          | true",
        "{'a': ['x', 'y']}      | {'a': 'y'}                  | true",
        "{'a': ['x'], 'b': [1]} | {'b': 1, 'a': 'x'}          | true",
        "{'a': ['x'], 'b': [1]} | {'b': 2, 'a': 'x'}          | false",
        "{'a': ['x']}           | {'a': 'X'}                  | false",
        "{'a': ['x']}           | {'A': 'x'}                  | false",
        "{'a': ['x']}           | {'b': {'a': 'x'}}           | false",
        // types are distinct, null is not absent
        "{'a': [1]}             | {'a': '1'}                  | false",
        "{'a': ['1']}           | {'a': 1}                    | false",
        "{'a': [true]}          | {'a': true}                 | true",
        "{'a': [true]}          | {'a': 'true'}               | false",
        "{'a': [true]}          | {'a': false}                | false",
        "{'a': [false]}         | {'a': false}                | true",
        "{'a': [null]}          | {'a': null}                 | true",
        "{'a': [null]}          | {}                          | false",
        "{'a': [null]}          | {'a': []}                   | false",
        "{'a': [null]}          | {'a': {}}                   | false",
        "{'a': [null]}          | {'a': ''}                   | false",
        "{'a': ['']}            | {'a': ''}                   | true",
        // numbers by value
        "{'a': [1]}             | {'a': 1.0}                  | true",
        "{'a': [1.0]}           | {'a': 1}                    | true",
        "{'a': [10]}            | {'a': 1e1}                  | true",
        "{'a': [0]}             | {'a': -0.0}                 | true",
        "{'a': [0.1]}           | {'a': 0.10}                 | true",
        "{'a': [1]}             | {'a': 1.0000000000000000001} | false",
        "{'a': [9007199254740993]} | {'a': 9007199254740992}  | false",
        "{'a': [9223372036854775808]} | {'a': 9223372036854775808} | true",
        "{'a': [9223372036854775808]} | {'a': -9223372036854775808} | false",
        "{'a': [1]}             | {'a': 1e999999999}          | false",
        "{'a': [1e999999999]}   | {'a': 10e999999998}         | true",
        "{'a': [1e-2147483647]} | {'a': 10e-2147483647}       | false",
        // arrays
        "{'a': ['x']}           | {'a': ['y', 'x']}           | true",
        "{'a': ['x']}           | {'a': ['y', ['z', ['x']]]}  | true",
        "{'a': ['x']}           | {'a': [{'a': 'x'}]}         | false",
        "{'a': ['x']}           | {'a': ['x', {'b': [1]}, 2]} | true",
        "{'a': {'b': [1]}}      | {'a': [{'b': 2}, {'b': 1}]} | true",
        "{'a': {'b': [1]}}      | {'a': [[{'b': 2}], [3, {'b': [1]}]]} | true",
        "{'a': {'b': [1], 'c': [2]}} | {'a': [{'b': 1, 'c': 2}]}             | true",
        "{'a': {'b': [1], 'c': [2]}} | {'a': [{'b': 1}, {'c': 2}]}           | false",
        "{'a': {'b': [1], 'c': [2]}} | {'a': [[{'b': 1}, {'c': 2}]]}         | false",
        "{'a': {'b': [1], 'c': [2]}} | {'a': [[{'b': 1}], [{'c': 2}]]}       | false",
        "{'a': {'b': [1], 'c': [2]}} | {'a': [{'b': [3, 1], 'c': [2, 3]}]}   | true",
        "{'a': {'b': {'c': [1]}, 'd': [2]}} | {'a': [{'b': [{'c': 0}, {'c': 1}], 'd': 2}]} | true",
        "{'a': {'b': {'c': [1]}, 'd': [2]}} | {'a': [{'b': {'c': 1}, 'd': 0}, {'d': 2}]} | false",
        "{'a': ['x']}           | [{'a': 'y'}, {'a': 'x'}]    | true",
        // dots
        "{'a.b': [1]}           | {'a': {'b': 1}}             | true",
        "{'a': {'b': [1]}}      | {'a.b': 1}                  | true",
        "{'a.b': [1]}           | {'a.b': 1}                  | true",
        "{'a.b': {'c': [1]}}    | {'a': {'b.c': 1}}           | true",
        "{'a.b': [1], 'a': {'c': [2]}} | {'a': {'b': 1}, 'a.c': 2} | true",
        "{'a.b': [1]}           | {'a.b': 2, 'a': {'b': 1}}   | true",
        "{'a.b': [1], 'a.c': [2]} | {'a': [{'b': 1}, {'c': 2}]} | false",
        "{'a.': [1]}            | {'a': {'': 1}}              | true",
        // the whole payload as the value
        "['x']                  | 'x'                         | true",
        "['x']                  | ['y', 'x']                  | true",
        "['x']                  | {'x': 'x'}                  | false",
        "{'a': ['x']}           | 'x'                         | false",
        "{'a': ['x']}           | null                        | false",
      })
  void matchesDataWhetherStreamedOrDecoded(String pattern, String data, boolean passes) {
    EventFilter filter = compile("{'data': " + pattern + "}");
    Event withData = Event.builder().json(data.replace('\'', '"')).build();
    assertThat(filter.passes(withData, JSON)).as("streamed").isEqualTo(passes);
    assertThat(filter.passes(withData, new DecodedJson())).as("decoded").isEqualTo(passes);
  }

  @Test
  void matchesTextAsTheWhole() {
    EventFilter filter = compile("{'data': ['hello', 'hi']}");
    assertThat(filter.passes(Event.builder().text("hello").build(), new TextCodec())).isTrue();
    assertThat(filter.passes(Event.builder().text("hell").build(), new TextCodec())).isFalse();
  }

  @Test
  void doesNotReadThePayloadIfItNeedNot() {
    Event garbage = Event.builder().type("t").text("{garbage").build();
    assertThat(compile("{'type': ['t']}").passes(garbage, JSON)).isTrue();
    assertThat(compile("{'type': ['u'], 'data': {'a': [1]}}").passes(garbage, JSON)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{garbage", "{'a':1", "{'a':2} x", "{'a':2,'z':01}", "{'z':{'y':1,'y':1}}"})
  void failsOnAPayloadThatIsNotOfTheFormat(String payload) {
    EventFilter filter = compile("{'data': {'a': [1]}}");
    Event malformed = Event.builder().text(payload.replace('\'', '"')).build();
    assertThatThrownBy(() -> filter.passes(malformed, JSON)).isInstanceOf(DecodeException.class);
  }

  @Test
  void failsOnAFormatThatHasNoFields() {
    Event text = Event.builder().text("{\"a\":1}").build();
    for (Codec codec : List.of(new TextCodec(), new BytesCodec())) {
      assertThatThrownBy(() -> compile("{'data': {'a': [1]}}").passes(text, codec))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("format '" + codec.format() + "'");
    }
    assertThatThrownBy(() -> compile("{'data': ['x']}").passes(text, new BytesCodec()))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void allocatesNothingForAttributes() {
    EventFilter filter =
        compile(
            "{'id': ['7'], 'subject': ['o-1', 'o-2'], 'time': ['2026-01-31T12:00:00Z'], 'region': ['eu']}");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int passed = filter.passes(event, JSON) ? 1 : 0; // loads classes
    long before = threads.getCurrentThreadAllocatedBytes();
    before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      passed += filter.passes(event, JSON) ? 1 : 0;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(passed).isEqualTo(10_001);
    assertThat(allocated / 10_000.0).as("bytes an event").isLessThan(1);
  }

  // ---- problems

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null                 | $.filter: found null, expected an object",
        "{}                   | $.filter: found an empty object",
        "['x']                | $.filter: found a list",
        "{'type': 'x'}        | $.filter.type: found 'x', expected a list of values such as [\"PAID\"]; put it in brackets: [\"x\"]",
        "{'type': []}         | $.filter.type: found an empty list",
        "{'type': null}       | $.filter.type: found null",
        "{'type': [1]}        | $.filter.type[0]: found 1, expected a text",
        "{'type': ['x', null]} | $.filter.type[1]: found null, expected a text",
        "{'type': [{'prefix': 'x'}]} | $.filter.type[0]: found {\"prefix\": ...}",
        "{'time': ['today']}  | $.filter.time[0]: found 'today', expected a time",
        "{'dataContentType': ['x']} | did you mean 'datacontenttype'?",
        "{'Type': ['x']}      | did you mean 'type'?",
        "{'detail-type': ['x']} | $.filter['detail-type']: found 'detail-type', expected one of id,",
        "{'specversion': ['1.0']} | $.filter.specversion: found 'specversion'",
        "{'extensions': {'region': ['eu']}} | extensions stand beside 'type' under their own names",
        "{'$or': [{'type': ['x']}]} | this version understands exact values only",
        "{'data': {}}         | $.filter.data: found an empty object",
        "{'data': {'a': {}}}  | $.filter.data.a: found an empty object",
        "{'data': 'x'}        | $.filter.data: found 'x', expected a list",
        "{'data': {'a': 1}}   | $.filter.data.a: found 1, expected a list",
        "{'data': {'a': []}}  | $.filter.data.a: found an empty list, expected at least one value",
        "{'data': {'a': [[1]]}} | $.filter.data.a[0]: found a list, expected a text, a number",
        "{'data': {'a': [1, {'numeric': ['>', 0]}]}} | $.filter.data.a[1]: found {\"numeric\": ...}, expected a text, a number, true, false or null; this version understands exact values only",
        "{'data': {'a': {'$or': [{'b': [1]}, {'c': [1]}]}}} | $.filter.data.a['$or']: found '$or'",
        "{'data': {'a.b': [1], 'a': {'b': [2]}}} | $.filter.data.a.b: found a field that the pattern has already",
        "{'data': {'a': [1], 'a.b': [2]}} | $.filter.data['a.b']: found a field that the pattern has already",
        "{'data': {'a.b': [1], 'a': [2]}} | $.filter.data.a: found a field that the pattern has already",
        "{'data': [1], 'data.a': [2]} | $.filter['data.a']: found a field that the pattern has already",
      })
  void saysWhatIsWrong(String pattern, String problem) {
    Problems problems = new Problems();
    assertThat(EventPattern.compile(tree(pattern), "$.filter", problems)).isEmpty();
    assertThat(problems.list())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains(problem);
  }

  @Test
  void reportsAllProblemsAtOnce() {
    Problems problems = new Problems();
    EventPattern.compile(tree("{'type': 'x', 'data': {'a': [], 'b': [{}, []]}}"), "$.f", problems);
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactly("$.f.type", "$.f.data.a", "$.f.data.b[0]", "$.f.data.b[1]");
  }

  @Test
  void earlierProblemsAreNotItsOwn() {
    Problems problems = new Problems();
    problems.add("$.name", "nothing", "a name");
    assertThat(EventPattern.compile(tree("{'type': ['x']}"), "$.filter", problems)).isPresent();
  }

  @Test
  void takesAsManyFieldsAndLevelsAsItSays() {
    assertThat(
            compile("{'data': {" + fields(DataPattern.MAX_LEAVES) + "}}")
                .passes(Event.builder().json(payload(DataPattern.MAX_LEAVES)).build(), JSON))
        .isTrue();
    assertThat(problems("{'data': {" + fields(DataPattern.MAX_LEAVES + 1) + "}}"))
        .singleElement()
        .asString()
        .contains("found 65 fields, expected at most 64");

    String deepest = "data" + ".a".repeat(PatternReader.MAX_LEVELS - 1);
    assertThat(problems("{'" + deepest + "': [1]}")).isEmpty();
    assertThat(problems("{'" + deepest + "': {'a': [1]}}"))
        .singleElement()
        .asString()
        .contains("found 33 levels of fields, expected at most 32");
  }

  private static String fields(int count) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add("'f" + i + "': [" + i + "]");
    }
    return String.join(",", fields);
  }

  private static String payload(int count) {
    return "{" + fields(count).replace('\'', '"') + "}";
  }

  private static List<Problem> problems(String pattern) {
    Problems problems = new Problems();
    EventPattern.compile(tree(pattern), "$.filter", problems);
    return problems.list();
  }

  private static EventFilter compile(String pattern) {
    Problems problems = new Problems();
    Optional<EventFilter> filter = EventPattern.compile(tree(pattern), "$.filter", problems);
    assertThat(problems.list()).isEqualTo(List.of());
    return filter.orElseThrow();
  }

  private static Object tree(String json) {
    return JSON.decode(json.replace('\'', '"').getBytes(UTF_8));
  }
}
