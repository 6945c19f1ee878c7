package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Codec;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What is wrong with a pattern")
class PatternProblemsTest {

  private static final JsonCodec JSON = new JsonCodec();

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
        "{'type': [{'numeric': ['=', 1]}]} | $.filter.type[0].numeric: found 'numeric', expected an operator for texts",
        "{'type': [{'anything-but': 1}]} | $.filter.type[0]['anything-but']: found 1, expected a text or a list of texts",
        "{'subject': [null]}  | write {\"exists\": false}",
        "{'time': [{'anything-but': 'x'}]} | $.filter.time[0]['anything-but']: found 'x', expected a time",
        "{'time': ['today']}  | $.filter.time[0]: found 'today', expected a time",
        "{'dataContentType': ['x']} | did you mean 'datacontenttype'?",
        "{'Type': ['x']}      | did you mean 'type'?",
        "{'detail-type': ['x']} | $.filter['detail-type']: found 'detail-type', expected one of id,",
        "{'specversion': ['1.0']} | $.filter.specversion: found 'specversion'",
        "{'extensions': {'region': ['eu']}} | extensions stand beside 'type' under their own names",
        "{'$or': [{'type': ['x']}]} | $.filter['$or']: found a list of 1, expected at least two objects",
        "{'$or': {'type': ['x']}} | $.filter['$or']: found {\"type\": ...}, expected a list of two or more objects",
        "{'$or': [{'type': ['x']}, 1]} | $.filter['$or'][1]: found 1, expected an object",
        "{'type': ['x'], '$or': [{'type': ['y']}, {'id': ['z']}]} | $.filter['$or'][0].type: found a field that the pattern has already",
        "{'data': {}}         | $.filter.data: found an empty object",
        "{'data': {'a': {}}}  | $.filter.data.a: found an empty object",
        "{'data': 'x'}        | $.filter.data: found 'x', expected a list",
        "{'data': {'a': 1}}   | $.filter.data.a: found 1, expected a list",
        "{'data': {'a': []}}  | $.filter.data.a: found an empty list, expected at least one value",
        "{'data': {'a': [[1]]}} | $.filter.data.a[0]: found a list, expected a text, a number",
        "{'data': {'a': {'prefix': 'x'}}} | an operator stands in a list: [{\"prefix\": ...}]",
        "{'data': {'a': [{}]}} | $.filter.data.a[0]: found an empty object, expected an operator",
        "{'data': {'a': [{'prefx': 'x'}]}} | did you mean 'prefix'?",
        "{'data': {'a': [{'regex': 'x'}]}} | $.filter.data.a[0].regex: found 'regex', expected one of prefix, suffix",
        "{'data': {'a': [{'prefix': 1}]}} | $.filter.data.a[0].prefix: found 1, expected a text",
        "{'data': {'a': [{'prefix': {'suffix': 'x'}}]}} | $.filter.data.a[0].prefix.suffix: found 'suffix', expected one of equals-ignore-case",
        "{'data': {'a': [{'prefix': {}}]}} | $.filter.data.a[0].prefix: found an empty object",
        "{'data': {'a': [{'exactly': 1}]}} | $.filter.data.a[0].exactly: found 1, expected a text",
        "{'data': {'a': [{'exists': 'yes'}]}} | $.filter.data.a[0].exists: found 'yes', expected true or false",
        "{'data': {'a': [{'exists': true, 'prefix': 'x'}]}} | found 'exists' beside another operator, expected it alone",
        "{'data': {'a': [{'wildcard': 'a**'}]}} | $.filter.data.a[0].wildcard: found 'a**' with '**', which is the same as '*'",
        "{'data': {'a': [{'wildcard': 'a\\\\b'}]}} | with a backslash before something else",
        "{'data': {'a': [{'wildcard': 'a\\\\'}]}} | with a backslash before something else",
        "{'data': {'a': [{'anything-but': null}]}} | $.filter.data.a[0]['anything-but']: found null, expected a text, a number, a list",
        "{'data': {'a': [{'anything-but': []}]}} | found a list, expected a text, a number, a list",
        "{'data': {'a': [{'anything-but': ['x', 1]}]}} | found a list, expected a text, a number, a list",
        "{'data': {'a': [{'anything-but': {'contains': 'x'}}]}} | found 'contains', expected one of prefix, suffix, equals-ignore-case, wildcard",
        "{'data': {'a': [{'anything-but': {'prefix': ''}}]}} | found an empty text, which every text has",
        "{'data': {'a': [{'anything-but': {'prefix': []}}]}} | $.filter.data.a[0]['anything-but'].prefix: found an empty list",
        "{'data': {'a': [{'anything-but': {'prefix': ['x', 1]}}]}} | ['anything-but'].prefix[1]: found 1, expected a text",
        "{'data': {'a': [{'numeric': 1}]}} | $.filter.data.a[0].numeric: found 1, expected a comparison such as",
        "{'data': {'a': [{'numeric': ['>']}]}} | expected a comparison such as",
        "{'data': {'a': [{'numeric': ['=>', 1]}]}} | $.filter.data.a[0].numeric[0]: found '=>', expected one of =, <, <=, >, >=",
        "{'data': {'a': [{'numeric': ['>', '1']}]}} | $.filter.data.a[0].numeric[1]: found '1', expected a number",
        "{'data': {'a': [{'numeric': ['<', 5, '>', 0]}]}} | found '<' and then '>', expected the lower bound with",
        "{'data': {'a': [{'numeric': ['>', 5, '<', 5]}]}} | found a range from 5 to 5, expected a lower bound that is less",
        "{'data': {'a': [{'cidr': '10.0.0.0'}]}} | $.filter.data.a[0].cidr: found '10.0.0.0', expected a block of addresses",
        "{'data': {'a': [{'cidr': '10.0.0.0/33'}]}} | expected a block of addresses",
        "{'data': {'a.b': [1], 'a': {'b': [2]}}} | $.filter.data.a.b: found a field that the pattern has already",
        "{'data': {'a': [1], 'a.b': [2]}} | $.filter.data['a.b']: found a field that the pattern has already",
        "{'data': {'a.b': [1], 'a': [2]}} | $.filter.data.a: found a field that the pattern has already",
        "{'data': [1], 'data.a': [2]} | $.filter['data.a']: found a field that the pattern has already",
      })
  void saysWhatIsWrong(String pattern, String problem) {
    Problems problems = new Problems();
    assertThat(EventPattern.compile(tree(pattern), "$.filter", JSON, problems)).isEmpty();
    assertThat(problems.list())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains(problem);
  }

  @Test
  void reportsAllProblemsAtOnce() {
    Problems problems = new Problems();
    EventPattern.compile(
        tree("{'type': 'x', 'data': {'a': [], 'b': [{}, []]}}"), "$.f", JSON, problems);
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactly("$.f.type", "$.f.data.a", "$.f.data.b[0]", "$.f.data.b[1]");
  }

  @Test
  void takesAsManyAlternativesAsItSays() {
    assertThat(problems(orOf(8, 8))).isEmpty();
    assertThat(problems(orOf(5, 13)))
        .singleElement()
        .asString()
        .contains(
            "$.filter: found 65 alternatives when $or is multiplied out, expected at most 64");
    assertThat(problems(orOf(1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000)))
        .singleElement()
        .asString()
        .contains("found very many alternatives");
    // A list with "exists": false and other values counts twice.
    assertThat(problems("{'data': {" + mixed(6) + "}}")).isEmpty();
    assertThat(problems("{'data': {" + mixed(7) + "}}"))
        .singleElement()
        .asString()
        .contains("128 alternatives");
    assertThat(problems("{'data': {" + mixed(64) + "}}"))
        .singleElement()
        .asString()
        .contains("very many");
  }

  @Test
  void takesAsManyFieldsInAllAsItSays() {
    assertThat(problems("{'data': {" + fields(7) + ", '$or': " + or("x", 64) + "}}")).isEmpty();
    assertThat(problems("{'data': {" + fields(8) + ", '$or': " + or("x", 64) + "}}"))
        .singleElement()
        .asString()
        .contains("found 576 fields when $or is multiplied out, expected at most 512");
  }

  @Test
  void takesAsManyOperatorsAndWildcardsAsItSays() {
    assertThat(problems("{'data': {'a': [" + times("{'prefix': 'x'}", 1_000) + "]}}")).isEmpty();
    assertThat(problems("{'data': {'a': [" + times("{'prefix': 'x'}", 1_001) + "]}}"))
        .singleElement()
        .asString()
        .contains("$.filter.data.a[1000].prefix: found more than 1000 operators");
    assertThat(problems("{'data': {'a': [" + times("{'wildcard': '*x'}", 101) + "]}}"))
        .singleElement()
        .asString()
        .contains("$.filter.data.a[100].wildcard: found more than 100 wildcards");
    assertThat(problems("{'data': {'a': [{'wildcard': '" + "x".repeat(256) + "'}]}}")).isEmpty();
    assertThat(problems("{'data': {'a': [{'wildcard': '" + "x".repeat(257) + "'}]}}"))
        .singleElement()
        .asString()
        .contains("found a wildcard of 257 characters, expected at most 256");
    assertThat(problems("{'data': {'a': [" + times("'x'", 5_000) + "]}}")).isEmpty();
  }

  private static String times(String value, int count) {
    return String.join(",", Collections.nCopies(count, value));
  }

  private static String orOf(int... sizes) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      fields.add("'o" + i + "': {'$or': " + or("x", sizes[i]) + "}");
    }
    return "{'data': {" + String.join(",", fields) + "}}";
  }

  private static String or(String name, int count) {
    List<String> alternatives = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      alternatives.add("{'" + name + i + "': [1]}");
    }
    return "[" + String.join(",", alternatives) + "]";
  }

  private static String mixed(int count) {
    return fields(count).replace("]", ", {'exists': false}]");
  }

  @Test
  void refusesDataOfFormatsThatHaveNoFields() {
    assertThat(problems("{'data': ['x', {'prefix': 'y'}]}", new TextCodec())).isEmpty();
    assertThat(problems("{'data': {'a': ['x']}}", new TextCodec()))
        .singleElement()
        .asString()
        .isEqualTo(
            "$.filter.data: found a filter that looks into payloads of format 'text', expected values"
                + " of the payload as a whole; set the source's \"format\" to \"json\" if that is what"
                + " the payloads are");
    assertThat(problems("{'type': ['x']}", new BytesCodec())).isEmpty();
    assertThat(problems("{'$or': [{'type': ['x']}, {'data': ['x']}]}", new BytesCodec()))
        .singleElement()
        .asString()
        .contains("format 'bytes', expected attributes and extensions only");
  }

  @Test
  void earlierProblemsAreNotItsOwn() {
    Problems problems = new Problems();
    problems.add("$.name", "nothing", "a name");
    assertThat(EventPattern.compile(tree("{'type': ['x']}"), "$.filter", JSON, problems))
        .isPresent();
  }

  @Test
  void takesAsManyFieldsAndLevelsAsItSays() {
    assertThat(
            compile("{'data': {" + fields(Alternatives.MAX_FIELDS) + "}}")
                .passes(Event.builder().json(payload(Alternatives.MAX_FIELDS)).build(), JSON))
        .isTrue();
    assertThat(problems("{'data': {" + fields(Alternatives.MAX_FIELDS + 1) + "}}"))
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
    return problems(pattern, JSON);
  }

  private static List<Problem> problems(String pattern, Codec format) {
    Problems problems = new Problems();
    EventPattern.compile(tree(pattern), "$.filter", format, problems);
    return problems.list();
  }

  private static EventPattern compile(String pattern) {
    return EventPattern.compile(tree(pattern), "$.filter", JSON, new Problems()).orElseThrow();
  }

  private static Object tree(String json) {
    return JSON.decode(json.replace('\'', '"').getBytes(UTF_8));
  }
}
