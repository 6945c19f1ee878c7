package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.functions.Event;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.event.ruler.Machine;

/** Every difference from event-ruler that we know of, shown; docs/filters.md has the reasons. */
@DisplayName("Differences from event-ruler")
class RulerDifferencesTest {

  private static final JsonCodec JSON = new JsonCodec();

  @ParameterizedTest(name = "{0}: {1} on {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // ours on purpose               pattern | payload | ours | event-ruler's
        "numbers beyond doubles         | {'a': [9007199254740993]}  | {'a': 9007199254740993.0} | true | false",
        "numbers beyond doubles         | {'a': [1]} | {'a': 1.00000000000000000}   | true  | true",
        "numbers beyond doubles         | {'a': [{'numeric': ['>', 0]}]} | {'a': 1.0000000000000000001} | true | false",
        "numbers beyond doubles         | {'a': [{'numeric': ['<', 1e400]}]} | {'a': 1} | true | refused",
        "numbers beyond doubles         | {'a': [{'anything-but': 9007199254740993}]} | {'a': 1} | true | refused",
        "literals that are addresses    | {'a': ['2001:db8::1']} | {'a': '2001:db8:0:0:0:0:0:1'} | false | true",
        "literals that are addresses    | {'a': ['10.0.0.1']} | {'a': '::ffff:a00:1'} | false | true",
        "zeros that lead an address     | {'a': [{'cidr': '10.0.0.0/8'}]} | {'a': '010.0.0.1'} | false | true",
        "IPv6 with IPv4 at its end      | {'a': [{'cidr': '10.0.0.0/8'}]} | {'a': '::ffff:10.0.0.1'} | true | false",
        "one address as a block         | {'a': [{'cidr': '10.0.0.1/32'}]} | {'a': '10.0.0.1'} | true | refused",
        "blocks by their first digits   | {'a': [{'cidr': '0.0.0.0/0'}]} | {'a': 1.0} | false | true",
        "blocks by their first digits   | {'a': [{'cidr': '16.0.0.0/8'}]} | {'a': '1000::1'} | false | true",
        "quotes as part of a text       | {'a': [{'prefix': 'x`'}]} | {'a': 'x'} | false | true",
        "quotes as part of a text       | {'a': [{'suffix': '`x'}]} | {'a': 'x'} | false | true",
        "case of several characters     | {'a': [{'equals-ignore-case': 'ß'}]} | {'a': 'SS'} | false | true",
        "case beyond 16 bits            | {'a': [{'equals-ignore-case': '𐐀'}]} | {'a': '𐐀'} | true | false",
        "absence before what places it  | {'a': {'b': [{'exists': false}], 'c': [1]}} | {'a': [{'c': 1}, {'b': 1}]} | true | false",
        "absence behind what places it  | {'a': {'d': [{'exists': false}], 'c': [1]}} | {'a': [{'c': 1}, {'d': 1}]} | true | true",
        "an object by two ways          | {'d': {'e': [1], 'f': [2]}} | {'d': [{'e': 1}], 'd.f': 2} | false | true",
        "a field twice                  | {'a': [1], 'a.b': [2]} | {'a': [1, {'b': 2}]} | refused | true",
        "a field twice                  | {'a': [1], '$or': [{'a': [2]}, {'b': [3]}]} | {'a': 2} | refused | true",
        // what it lacks
        "contains                       | {'a': [{'contains': 'x'}]} | {'a': 'axb'} | true | refused",
        "operators side by side         | {'a': [{'prefix': 'a', 'suffix': 'z'}]} | {'a': 'abz'} | true | refused",
        "operators' names below $or     | {'$or': [{'prefix': [1]}, {'b': [1]}]} | {'prefix': 1} | true | refused",
        // what it gets wrong in 2.1.0, where values or alternatives share an automaton
        "a wildcard before ignored case | {'a': [{'wildcard': '*EU*'}, {'equals-ignore-case': 'x'}]} | {'a': 'true'} | false | true",
      })
  void areThese(String what, String pattern, String payload, String ours, String theirs) {
    String rule = "{\"data\": " + json(pattern) + "}";
    assertThat(ours(rule, json(payload))).as("ours").isEqualTo(ours);
    assertThat(theirs(rule, "{\"data\": " + json(payload) + "}")).as("theirs").isEqualTo(theirs);
  }

  /** A quote in the table is a backtick where it is part of a text. */
  private static String json(String table) {
    return table.replace('\'', '"').replace("`", "\\\"");
  }

  private static String ours(String rule, String payload) {
    Optional<EventPattern> filter =
        EventPattern.compile(JSON.decode(rule.getBytes(UTF_8)), "$", JSON, new Problems());
    return filter
        .map(f -> String.valueOf(f.passes(Event.builder().json(payload).build(), JSON)))
        .orElse("refused");
  }

  private static String theirs(String rule, String event) {
    Machine machine = new Machine();
    try {
      machine.addRule("rule", rule);
    } catch (IOException | IllegalArgumentException e) {
      return "refused";
    }
    try {
      return String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
    } catch (Exception e) {
      throw new AssertionError(event, e);
    }
  }
}
