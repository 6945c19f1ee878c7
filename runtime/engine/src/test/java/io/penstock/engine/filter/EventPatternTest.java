package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.engine.fake.DecodedJson;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prefix': 'eu-'}      | 'eu-1'       | true",
        "{'prefix': 'eu-'}      | 'EU-1'       | false",
        "{'prefix': ''}         | ''           | true",
        "{'prefix': ''}         | 1            | false",
        "{'prefix': {'equals-ignore-case': 'EU-'}} | 'eU-1' | true",
        "{'prefix': {'equals-ignore-case': 'EU-'}} | 'eU'   | false",
        "{'suffix': '.png'}     | 'a.png'      | true",
        "{'suffix': '.png'}     | 'a.PNG'      | false",
        "{'suffix': {'equals-ignore-case': '.png'}} | 'a.PnG' | true",
        "{'suffix': {'equals-ignore-case': '.png'}} | 'png'   | false",
        "{'contains': 'mal'}    | 'Normal'     | true",
        "{'contains': 'mal'}    | 'NorMal'     | false",
        "{'contains': 'mal'}    | ['x', 'mal'] | true",
        "{'equals-ignore-case': 'straße'} | 'STRAßE' | true",
        "{'equals-ignore-case': 'straße'} | 'STRASSE' | false",
        "{'exactly': 'x'}       | 'x'          | true",
        "{'exactly': 'x'}       | 'xx'         | false",
        "{'wildcard': '*'}      | ''           | true",
        "{'wildcard': '*'}      | 1            | false",
        "{'wildcard': 'a*c'}    | 'ac'         | true",
        "{'wildcard': 'a*c'}    | 'abcabc'     | true",
        "{'wildcard': 'a*c'}    | 'abcd'       | false",
        "{'wildcard': 'a*a'}    | 'a'          | false",
        "{'wildcard': '*/lib/*'} | '/usr/lib/x' | true",
        "{'wildcard': '*b*b*'}  | 'abc'        | false",
        "{'wildcard': 'ab'}     | 'ab'         | true",
        "{'wildcard': 'a\\\\*b'} | 'a*b'       | true",
        "{'wildcard': 'a\\\\*b'} | 'axb'       | false",
        "{'wildcard': 'a\\\\\\\\*'} | 'a\\\\b' | true",
        "{'anything-but': 'x'}  | 'y'          | true",
        "{'anything-but': 'x'}  | 'x'          | false",
        "{'anything-but': 'x'}  | null         | true",
        "{'anything-but': 'x'}  | 1            | true",
        "{'anything-but': 'x'}  | ['x', 'y']   | true",
        "{'anything-but': 'x'}  | ['x', 'x']   | false",
        "{'anything-but': 'x'}  | []           | false",
        "{'anything-but': 'x'}  | {}           | false",
        "{'anything-but': ['x', 'y']} | 'y'    | false",
        "{'anything-but': 1}    | 1.0          | false",
        "{'anything-but': 1}    | '1'          | true",
        "{'anything-but': [1, 2]} | 3          | true",
        "{'anything-but': {'prefix': 'in'}} | 'init' | false",
        "{'anything-but': {'prefix': 'in'}} | true   | true",
        "{'anything-but': {'prefix': ['in', 'x']}} | 'x' | false",
        "{'anything-but': {'suffix': 't'}} | 'init' | false",
        "{'anything-but': {'suffix': 't'}} | 'ini'  | true",
        "{'anything-but': {'equals-ignore-case': ['x', 'Y']}} | 'y' | false",
        "{'anything-but': {'wildcard': '*i*'}} | 'init' | false",
        "{'anything-but': {'wildcard': '*i*'}} | 'x'    | true",
        "{'numeric': ['=', 3.018e2]} | 301.8   | true",
        "{'numeric': ['>', 0]}  | 0            | false",
        "{'numeric': ['>', 0]}  | 1e-400       | true",
        "{'numeric': ['>=', 0]} | -0.0         | true",
        "{'numeric': ['<', 9007199254740993]} | 9007199254740992 | true",
        "{'numeric': ['<=', 5]} | 5.0          | true",
        "{'numeric': ['>', 0, '<=', 5]} | 5    | true",
        "{'numeric': ['>', 0, '<=', 5]} | 5.01 | false",
        "{'numeric': ['>', 0]}  | '1'          | false",
        "{'numeric': ['>', 0]}  | [0, 'x', 1]  | true",
        "{'exists': true}       | null         | true",
        "{'exists': true}       | ''           | true",
        "{'exists': true}       | [[1]]        | true",
        "{'exists': true}       | []           | false",
        "{'exists': true}       | {'b': 1}     | false",
        "{'exists': false}      | null         | false",
        "{'exists': false}      | []           | true",
        "{'exists': false}      | {}           | true",
        "{'exists': false}      | {'b': 1}     | true",
        "{'prefix': 'a', 'suffix': 'z'} | 'abz' | true",
        "{'prefix': 'a', 'suffix': 'z'} | 'abc' | false",
        "{'prefix': 'a', 'suffix': 'z'} | ['ab', 'bz'] | false",
        "{'prefix': 'a', 'anything-but': 'ab'} | 'ac' | true",
        "{'numeric': ['>', 0], 'anything-but': 1} | 1 | false",
        "{'numeric': ['>', 0], 'anything-but': 1} | 2 | true",
      })
  void understandsOperators(String operator, String value, boolean passes) {
    EventFilter filter = compile("{'data': {'a': [" + operator + "]}}");
    Event with = Event.builder().json(("{'a': " + value + "}").replace('\'', '"')).build();
    assertThat(filter.passes(with, JSON)).as("streamed").isEqualTo(passes);
    assertThat(filter.passes(with, new DecodedJson())).as("decoded").isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // an absent field, alone or beside others, in an array or not
        "{'b': [{'exists': false}]}                    | {'a': 1}                     | true",
        "{'b': [{'exists': false}, 'x']}               | {'b': 'x'}                   | true",
        "{'b': [{'exists': false}, 'x']}               | {'b': 'y'}                   | false",
        "{'b': [{'exists': false}, 'x']}               | {}                           | true",
        "{'a': {'b': [{'exists': false}]}}             | {'a': [{'c': 1}, {'b': 1}]}  | false",
        "{'a': {'b': [{'exists': false}]}}             | {'a': [{'c': 1}, {}]}        | true",
        "{'a': {'b': [{'exists': false}], 'c': [1]}}   | {'a': [{'c': 1}, {'b': 1}]}  | true",
        "{'a': {'b': [{'exists': false}], 'c': [1]}}   | {'a': [{'c': 1, 'b': 1}]}    | false",
        "{'a': {'d': [{'exists': false}], 'c': [1]}}   | {'a': [{'c': 1}, {'d': 1}]}  | true",
        "{'a': {'c': [1], 'd': {'e': [{'exists': false}]}}} | {'a': [{'c': 1, 'd': [{}, {'e': 1}]}]} | false",
        // $or
        "{'$or': [{'a': [1]}, {'b': [2]}]}             | {'b': 2}                     | true",
        "{'$or': [{'a': [1]}, {'b': [2]}]}             | {'a': 2, 'b': 1}             | false",
        "{'c': [3], '$or': [{'a': [1]}, {'b': [2]}]}   | {'b': 2}                     | false",
        "{'c': [3], '$or': [{'a': [1]}, {'b': [2]}]}   | {'b': 2, 'c': 3}             | true",
        "{'a': {'$or': [{'b': [1]}, {'c': [2]}], 'd': [3]}} | {'a': [{'b': 1}, {'c': 2, 'd': 3}]} | true",
        "{'a': {'$or': [{'b': [1]}, {'c': [2]}], 'd': [3]}} | {'a': [{'b': 1}, {'c': 0, 'd': 3}]} | false",
        "{'$or': [{'a': [1], 'b': [2]}, {'$or': [{'c': [3]}, {'d': [4]}]}]} | {'d': 4} | true",
        "{'$or': [{'a': [1], 'b': [2]}, {'$or': [{'c': [3]}, {'d': [4]}]}]} | {'a': 1, 'c': 4} | false",
        "{'a': {'$or': [{'b': [1]}, {'c': [2]}]}, '$or': [{'d': [1]}, {'e': [2]}]} | {'a.c': 2, 'e': 2} | true",
        "{'a': {'$or': [{'b': [1]}, {'c': [2]}]}, '$or': [{'d': [1]}, {'e': [2]}]} | {'a.c': 2, 'e': 1} | false",
      })
  void understandsAbsenceAndOr(String pattern, String data, boolean passes) {
    matchesDataWhetherStreamedOrDecoded(pattern, data, passes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type': [{'prefix': 'order.'}]} | true",
        "{'type': [{'anything-but': ['order.paid']}]} | false",
        "{'subject': [{'exists': false}, 'o-1']} | true",
        "{'subject': [{'exists': false}, 'o-2']} | false",
        "{'tenant': [{'exists': false}, 'o-2']} | true",
        "{'tenant': [{'anything-but': 'x'}]} | false",
        "{'region': [{'exists': true}]} | true",
        "{'tenant': [{'exists': true}]} | false",
        "{'time': [{'prefix': '2026-01'}]} | true",
        "{'time': [{'anything-but': '2026-01-31T13:00:00+01:00'}]} | false",
        "{'$or': [{'type': ['x']}, {'region': ['eu']}]} | true",
        "{'$or': [{'type': ['x']}, {'region': ['us']}]} | false",
        "{'$or': [{'type': ['x']}, {'data': {'status': ['PAID']}}]} | true",
        "{'$or': [{'type': ['x']}, {'region': ['eu'], 'data': {'status': ['OPEN']}}]} | false",
        "{'$or': [{'region': ['us'], 'data.status': ['PAID']}, {'region': ['eu'], 'data.status': ['OPEN']}]} | false",
      })
  void understandsOperatorsOnAttributesToo(String pattern, boolean passes) {
    assertThat(compile(pattern).passes(event, JSON)).isEqualTo(passes);
  }

  @Test
  void readsThePayloadAsOftenAsItsAlternativesNeed() {
    // Twelve alternatives of eleven fields are more than fit into one reading.
    List<String> alternatives = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      alternatives.add("{'k': [" + i + "], " + fields(10) + "}");
    }
    EventFilter filter = compile("{'data': {'$or': [" + String.join(",", alternatives) + "]}}");
    for (int i = 0; i < 14; i++) {
      String payload = "{\"k\":" + i + "," + fields(10).replace('\'', '"') + "}";
      assertThat(filter.passes(Event.builder().json(payload).build(), JSON)).isEqualTo(i < 12);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a': 1, 'a': 1}",
        "{'x': {'a': [1]}, 'a': 2, 'b': 0, 'a': 3}",
        "{'a': 1, '\\u0061': 2}"
      })
  void refusesAKeyGivenTwiceWhereItLooks(String payload) {
    EventFilter filter = compile("{'data': {'a': [1]}}");
    Event event = Event.builder().json(payload.replace('\'', '"')).build();
    assertThatThrownBy(() -> filter.passes(event, JSON))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("'a' is given twice");
  }

  @Test
  void findsKeysAndTextsWithEscapes() {
    EventFilter filter = compile("{'data': {'a/b': ['x/y'], 'é': [{'prefix': 'é'}]}}");
    String payload = "{\"\\u0061\\/b\": \"x\\/y\", \"\\u00e9\": \"\\u00e91\"}";
    assertThat(filter.passes(Event.builder().json(payload).build(), JSON)).isTrue();
    String plain = "{\"a/b\": \"x/y\", \"é\": \"é1\"}";
    assertThat(filter.passes(Event.builder().json(plain).build(), JSON)).isTrue();
  }

  @Test
  void matchesTextAsTheWhole() {
    EventFilter filter = compile("{'data': ['hello', {'prefix': 'hi'}]}");
    assertThat(filter.passes(Event.builder().text("hi!").build(), new TextCodec())).isTrue();
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
      strings = {"", "{garbage", "{'a':1", "{'a':2} x", "{'a':2,'z':01}", "{'a':2,'z':{'y':1]}"})
  void failsOnAPayloadThatIsNotOfTheFormat(String payload) {
    EventFilter filter = compile("{'data': {'a': [1]}}");
    Event malformed = Event.builder().text(payload.replace('\'', '"')).build();
    assertThatThrownBy(() -> filter.passes(malformed, JSON)).isInstanceOf(DecodeException.class);
  }

  @Test
  void failsOnAFormatThatHasNoFields() { // only if another format was said when it was compiled
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
    EventFilter filter = compile("{'id': ['7'], 'subject': ['o-1', 'o-2'], 'region': ['eu']}");
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

  private static String fields(int count) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add("'f" + i + "': [" + i + "]");
    }
    return String.join(",", fields);
  }

  private static EventPattern compile(String pattern) {
    Problems problems = new Problems();
    Optional<EventPattern> filter = EventPattern.compile(tree(pattern), "$.filter", JSON, problems);
    assertThat(problems.list()).isEqualTo(List.of());
    return filter.orElseThrow();
  }

  private static Object tree(String json) {
    return JSON.decode(json.replace('\'', '"').getBytes(UTF_8));
  }
}
