package io.penstock.engine.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Codec;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        "{'form': 'TEMPLATE', 'template': 'x'} | $.transform.form: found 'TEMPLATE', expected one of ORIGINAL, CONSTANT",
        "{'form': 'TEMPLATE', 'template': 'x'} | $.transform.template: found 'template'",
        "{'form': 'ORIGINAL', 'value': null}   | $.transform.value: found a value, expected none",
        "{'form': 'CONSTANT'}                  | $.transform.value: found nothing",
        "{'form': 'CONSTANT', 'value': '\\ud800'} | $.transform.value: found a value that can't be written",
      })
  void saysWhatIsWrong(String transform, String problem) {
    Problems problems = new Problems();
    Optional<Transform> compiled = TransformForm.compile(tree(transform), "$.transform", problems);
    assertThat(compiled).isEmpty();
    assertThat(problems.list()).map(Problem::toString).anyMatch(text -> text.contains(problem));
  }

  private static Transform compile(String transform) {
    Problems problems = new Problems();
    Optional<Transform> compiled = TransformForm.compile(tree(transform), "$.transform", problems);
    assertThat(problems.list()).isEqualTo(List.of());
    return compiled.orElseThrow();
  }

  private static Object tree(String json) {
    return JSON.decode(json.replace('\'', '"').getBytes(UTF_8));
  }
}
