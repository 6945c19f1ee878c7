package io.penstock.engine.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.engine.fake.DecodedJson;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformFormTest {

  private static final Codec JSON = new JsonCodec();

  private final Event event =
      Event.builder()
          .id("7")
          .source("kafka://c/orders")
          .type("order.paid")
          .subject("o-1")
          .time(Instant.EPOCH)
          .dataContentType("application/xml")
          .text("<order/>")
          .extension("region", "eu")
          .build();

  @Test
  void originalIsTheEventItself() {
    assertThat(compile("{'form': 'ORIGINAL'}").apply(event, JSON)).isSameAs(event);
  }

  @Test
  void constantReplacesThePayloadAndKeepsTheRest() {
    Event made = compile("{'form': 'CONSTANT', 'value': {'ping': [1, null]}}").apply(event, JSON);
    assertThat(made.text()).isEqualTo("{\"ping\":[1,null]}");
    assertThat(made.dataContentType()).contains("application/json");
    assertThat(made.id()).isEqualTo(event.id());
    assertThat(made.source()).isEqualTo(event.source());
    assertThat(made.type()).isEqualTo(event.type());
    assertThat(made.subject()).isEqualTo(event.subject());
    assertThat(made.time()).isEqualTo(event.time());
    assertThat(made.extensions()).isEqualTo(event.extensions());
    assertThat(made).hasToString("Event[id=7, type=order.paid, data=17 bytes]");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'hi',    json,  `\"hi\"`,    application/json",
        "'hi',    text,  hi,          text/plain",
        "'hi',    bytes, hi,          text/plain",
        "{'a':1}, json,  `{\"a\":1}`, application/json",
        "{'a':1}, text,  `{\"a\":1}`, application/json",
        "{'a':1}, bytes, `{\"a\":1}`, application/json",
        "null,    json,  `null`,      application/json",
        "null,    text,  `null`,      application/json",
      })
  void constantFollowsTheFormat(String value, String format, String payload, String mediaType) {
    Codec codec =
        Map.of("json", JSON, "text", new TextCodec(), "bytes", new BytesCodec()).get(format);
    Event made = compile("{'form': 'CONSTANT', 'value': " + value + "}").apply(event, codec);
    assertThat(made.text()).isEqualTo(payload);
    assertThat(made.dataContentType()).contains(mediaType);
  }

  @Test
  void constantAsksAnyOtherFormatToWriteIt() {
    Codec shouting =
        new Codec() {
          @Override
          public String format() {
            return "shouting";
          }

          @Override
          public String mediaType() {
            return "text/loud";
          }

          @Override
          public Object decode(byte[] payload) {
            return new String(payload, UTF_8);
          }

          @Override
          public byte[] encode(Object tree) {
            return (tree + "!").getBytes(UTF_8);
          }
        };
    Event made = compile("{'form': 'CONSTANT', 'value': 'hi'}").apply(event, shouting);
    assertThat(made.text()).isEqualTo("hi!");
    assertThat(made.dataContentType()).contains("text/loud");
  }

  // ---- JSONPATH

  private static final String DATA =
      "{'a': {'b': [1, {'c d': 'x'}, [true]], 'n': null}, 'e': 1.50, 's': 'é\\n\\'', 'o': {}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$.data.a.b[0]            | 1",
        "$.data.a.b[1]['c d']     | `'x'`",
        "$['data']['a'].b[2][0]   | true",
        "$.data.a.b[2]            | [true]",
        "$.data.a.n               | null",
        "$.data.e                 | 1.50",
        "$.data.o                 | {}",
        "$.data                   | {'a': {'b': [1, {'c d': 'x'}, [true]], 'n': null}, 'e': 1.50, 's': 'é\\n\\'', 'o': {}}",
        "$.type                   | `'order.paid'`",
        "$.time                   | `'1970-01-01T00:00:00Z'`",
        "$.region                 | `'eu'`",
      })
  void jsonPathTakesAPartAsItStands(String path, String part) {
    Map<String, String> form = Map.of("form", "JSONPATH", "value", path);
    Transform transform = TransformForm.compile(form, "$", JSON, new Problems()).orElseThrow();
    Event made = transform.apply(event(DATA), JSON);
    assertThat(made.text()).isEqualTo(part.replace('\'', '"'));
    assertThat(made.dataContentType()).contains("application/json");
    assertThat(made.id()).isEqualTo("7");
  }

  @Test
  void jsonPathTakesTheEventAsAWhole() {
    Event made = compile("{'form': 'JSONPATH', 'value': '$'}").apply(event("{'a': [1.0]}"), JSON);
    assertThat(made.text())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"kafka://c/orders\","
                + "\"type\":\"order.paid\",\"subject\":\"o-1\",\"time\":\"1970-01-01T00:00:00Z\","
                + "\"datacontenttype\":\"application/json\",\"region\":\"eu\",\"data\":{\"a\": [1.0]}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.data.x",
        "$.data.a.b[3]",
        "$.data.a[0]",
        "$.data.e.x",
        "$.data.s[0]",
        "$.tenant"
      })
  void jsonPathFailsIfThereIsNothing(String path) {
    Transform transform = compile("{'form': 'JSONPATH', 'value': '" + path + "'}");
    assertThatThrownBy(() -> transform.apply(event(DATA), JSON))
        .isInstanceOf(TransformException.class)
        .hasMessage("there is nothing at " + path);
    assertThatThrownBy(() -> transform.apply(event(DATA), new DecodedJson()))
        .isInstanceOf(TransformException.class);
  }

  @Test
  void jsonPathFollowsTheFormat() {
    Transform text = compile("{'form': 'JSONPATH', 'value': '$.data'}");
    assertThat(text.apply(event, new TextCodec()).text()).isEqualTo("<order/>");
    assertThat(text.apply(event, new TextCodec()).dataContentType()).contains("text/plain");
    Transform type = compile("{'form': 'JSONPATH', 'value': '$.type'}");
    assertThat(type.apply(event, new BytesCodec()).text()).isEqualTo("order.paid");
    assertThat(type.apply(event, new DecodedJson()).text()).isEqualTo("\"order.paid\"");
  }

  @ParameterizedTest
  @CsvSource({
    "$.data, bytes, 'a path to an attribute or extension'",
    "$.data.a, bytes, 'a path to an attribute or extension'",
    "$, bytes, 'a path to an attribute or extension'",
    "$.data.a, text, '$.data, the payload as a whole'",
  })
  void pathsIntoAFormatWithoutFieldsAreRefused(String path, String format, String expected) {
    Codec codec = format.equals("text") ? new TextCodec() : new BytesCodec();
    for (String transform :
        List.of(
            "{'form': 'JSONPATH', 'value': '" + path + "'}",
            "{'form': 'TEMPLATE', 'template': '${x}', 'value': {'x': '" + path + "'}}")) {
      Problems problems = new Problems();
      assertThat(TransformForm.compile(tree(transform), "$.transform", codec, problems)).isEmpty();
      assertThat(problems.list())
          .singleElement()
          .satisfies(problem -> assertThat(problem.expected()).isEqualTo(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'a': ", "{'a': 1} x", "{'a': 1, 'a': 2}"})
  void aPayloadThatCanNotBeReadIsNoTransformFailure(String payload) {
    Transform transform = compile("{'form': 'JSONPATH', 'value': '$.data.a'}");
    assertThatThrownBy(() -> transform.apply(event(payload), JSON))
        .isInstanceOf(DecodeException.class);
  }

  // ---- TEMPLATE

  private static final String VALUES =
      "'value': {'b': '$.data.a.b', 's': '$.data.s', 'e': '$.data.e', 'gone': '$.data.gone', 'null': '$.data.a.n',"
          + " 'type': '$.type', 'k': 'con\\nst', 'five': 5}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // JSON as it is: alone a value keeps its type, in a text it is part of the text
        "{'x': '${b}', 'y': ['${s}', '${e}', '${five}']} | {'x':[1, {'c d': 'x'}, [true]],'y':['é\\n\\'',1.50,5]}",
        "{'x': 'a ${s} ${e} ${b} z'} | {'x':'a é\\n\\' 1.50 [1, {\\'c d\\': \\'x\\'}, [true]] z'}",
        "{'${type}': '${k}'}         | {'order.paid':'con\\nst'}",
        "{'x': '${gone}', 'y': 'a${gone}b', 'z': '${null}'} | {'x':null,'y':'ab','z':null}",
        "{'x': 'q\\' ${e}', 'y': '$${z}'} | {'x':'q\\' 1.50','y':'${z}'}",
        "[]                          | []",
        "{'a': {}, 'b': [null, true, 1.0]} | {'a':{},'b':[null,true,1.0]}",
        // JSON as a text: what stands in quotes is a part of a text
        "'{ \\'x\\': ${b}, \\'y\\': \\'${s}\\', \\'z\\': \\'${e}\\' }' | { 'x': [1, {'c d': 'x'}, [true]], 'y': 'é\\n\\'', 'z': '1.50' }",
        "'[${gone}, \\'\\\\\\'${gone}\\']' | [null, '\\'']",
      })
  void templatesOfJsonAreFilledIn(String template, String json) {
    String form = "{'form': 'TEMPLATE', 'template': " + template + ", " + used(template) + "}";
    Event made = compile(form).apply(event(DATA), JSON);
    assertThat(made.text()).isEqualTo(json.replace('\'', '"'));
    assertThat(made.dataContentType()).contains("application/json");
    JSON.decode(made.data());
    assertThat(compile(form).apply(event(DATA), new DecodedJson()).text().replace(" ", ""))
        .isEqualTo(made.text().replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'${type}: ${e} ${gone}/${null} ${k}' | `order.paid: 1.50 /null con\nst`",
        "'${s}${b}'                   | `é\n'[1, {'c d': 'x'}, [true]]`",
        "'a$${type}$$'                | `a${type}$$`",
        "''                           | ``",
      })
  void templatesOfTextAreFilledInAsTheyAre(String template, String text) {
    String form = "{'form': 'TEMPLATE', 'template': " + template + ", " + used(template) + "}";
    Event made = compile(form).apply(event(DATA), JSON);
    assertThat(made.text()).isEqualTo(text.replace('\'', '"'));
    assertThat(made.dataContentType()).contains("text/plain");
  }

  @Test
  void escapeSaysOtherwise() {
    String values = "'value': {'s': '$.data.s'}";
    assertThat(
            compile("{'form': 'TEMPLATE', 'template': '{${s}}', 'escape': 'none', " + values + "}")
                .apply(event(DATA), JSON)
                .text())
        .isEqualTo("{é\n\"}");
    assertThat(
            compile(
                    "{'form': 'TEMPLATE', 'template': '\\'-${s}\\'', 'escape': 'json', "
                        + values
                        + "}")
                .apply(event(DATA), JSON)
                .text())
        .isEqualTo("\"-é\\n\\\"\"");
  }

  /** The variables that a template uses; others are refused. */
  private static String used(String template) {
    List<String> used = new ArrayList<>();
    for (String variable :
        VALUES.substring(VALUES.indexOf('{') + 1, VALUES.length() - 1).split(", ")) {
      String name = variable.substring(1, variable.indexOf('\'', 1));
      if (template.contains("${" + name + "}") && !template.contains("$${" + name + "}")) {
        used.add(variable);
      }
    }
    return "'value': {" + String.join(", ", used) + "}";
  }

  private Event event(String data) {
    return Event.builder()
        .id("7")
        .source("kafka://c/orders")
        .type("order.paid")
        .subject("o-1")
        .time(Instant.EPOCH)
        .extension("region", "eu")
        .json(data.replace('\'', '"'))
        .build();
  }

  // ---- problems

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null                                  | $.transform: found null, expected an object",
        "'ORIGINAL'                            | $.transform: found no object, expected an object",
        "{}                                    | $.transform.form: found nothing",
        "{'form': 1}                           | $.transform.form: found 1, expected a text",
        "{'form': 'original'}                  | did you mean 'ORIGINAL'?",
        "{'form': 'CONSTNAT', 'value': 1}      | did you mean 'CONSTANT'?",
        "{'form': 'ORIGINAL', 'template': 'x'} | $.transform.template: found a value, expected none: form ORIGINAL has no template",
        "{'form': 'CONSTANT', 'value': 1, 'escape': 'json'} | $.transform.escape: found a value, expected none",
        "{'form': 'JSONPATH'}                  | $.transform.value: found nothing, expected a path",
        "{'form': 'JSONPATH', 'value': 1}      | $.transform.value: found no text, expected a path",
        "{'form': 'JSONPATH', 'value': 'data'} | found 'data', expected a path such as $.data.lines[0].sku, $.type or $; a path starts with '$'",
        "{'form': 'JSONPATH', 'value': '$.data..x'} | '..x' is no step of a path",
        "{'form': 'JSONPATH', 'value': '$.data[*]'} | '[*]' is no step of a path",
        "{'form': 'JSONPATH', 'value': '$.data[?(@.x)]'} | is no step of a path",
        "{'form': 'JSONPATH', 'value': '$.data[-1]'} | '[-1]' is no step of a path",
        "{'form': 'JSONPATH', 'value': '$.data[01]'} | '[01]' is no step of a path",
        "{'form': 'JSONPATH', 'value': '$.Data.x'} | an event has 'data', datacontenttype, id, source, subject, time, type and its extensions",
        "{'form': 'JSONPATH', 'value': '$[0]'} | an event has 'data'",
        "{'form': 'JSONPATH', 'value': '$.type.x'} | attributes and extensions are texts",
        "{'form': 'TEMPLATE'}                  | $.transform.template: found nothing, expected a text, an object or a list",
        "{'form': 'TEMPLATE', 'template': 1}   | $.transform.template: found 1",
        "{'form': 'TEMPLATE', 'template': 'x', 'value': []} | $.transform.value: found no object",
        "{'form': 'TEMPLATE', 'template': 'x', 'value': {'a b': 1}} | $.transform.value.a b: found 'a b', expected a name",
        "{'form': 'TEMPLATE', 'template': 'x', 'value': {'a': '$data'}} | $.transform.value.a: found '$data', expected a path",
        "{'form': 'TEMPLATE', 'template': 'x', 'value': {'a': 1}} | $.transform.value.a: found a variable that the template does not use",
        "{'form': 'TEMPLATE', 'template': '${nam}', 'value': {'name': 1}} | $.transform.template: found '${nam}', expected one of ${name}; did you mean '${name}'?",
        "{'form': 'TEMPLATE', 'template': {'a': ['${x}']}} | $.transform.template.a[0]: found '${x}', expected a variable of \"value\", which has none",
        "{'form': 'TEMPLATE', 'template': '${ x }', 'value': {'x': 1}} | found '${' that no variable follows",
        "{'form': 'TEMPLATE', 'template': '{ x: ${x} }', 'value': {'x': 1}} | a template that is no JSON with its variables filled in",
        "{'form': 'TEMPLATE', 'template': '[${x}${x}]', 'value': {'x': 1}} | a template that is no JSON",
        "{'form': 'TEMPLATE', 'template': 'Hello ${x}', 'value': {'x': 1}, 'escape': 'json'} | a template that is no JSON",
        "{'form': 'TEMPLATE', 'template': {'a': 1}, 'escape': 'none'} | $.transform.escape: found 'none', expected 'json' or nothing",
        "{'form': 'TEMPLATE', 'template': 'x', 'escape': 'xml'} | $.transform.escape: found 'xml'",
        "{'form': 'ORIGINAL', 'value': null}   | $.transform.value: found a value, expected none",
        "{'form': 'CONSTANT'}                  | $.transform.value: found nothing",
        "{'form': 'CONSTANT', 'value': '\\ud800'} | $.transform.value: found a value that can't be written",
      })
  void saysWhatIsWrong(String transform, String problem) {
    Problems problems = new Problems();
    Optional<Transform> compiled =
        TransformForm.compile(tree(transform), "$.transform", JSON, problems);
    assertThat(compiled).isEmpty();
    assertThat(problems.list()).map(Problem::toString).anyMatch(text -> text.contains(problem));
  }

  private static Transform compile(String transform) {
    Problems problems = new Problems();
    Optional<Transform> compiled =
        TransformForm.compile(tree(transform), "$.transform", JSON, problems);
    assertThat(problems.list()).isEqualTo(List.of());
    return compiled.orElseThrow();
  }

  private static Object tree(String json) {
    return JSON.decode(json.replace('\'', '"').getBytes(UTF_8));
  }
}
