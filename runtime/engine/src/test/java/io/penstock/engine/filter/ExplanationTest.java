package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.functions.Event;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  private static final JsonCodec JSON = new JsonCodec();

  @Test
  void showsEachFieldBesideTheEvents() {
    Explanation explanation =
        explain(
            "{'type': [{'prefix': 'order.'}], 'tenant': ['x'], 'data': {'total': [{'numeric': ['>', 0]}, null],"
                + " 'lines.sku': ['a', 'b'], 'gone': [{'exists': false}]}}",
            "{'total': -1.50, 'lines': [{'sku': 'b'}, {'sku': 'c'}]}");

    assertThat(explanation.passes()).isFalse();
    assertThat(explanation.note()).isEmpty();
    assertThat(explanation.fields())
        .extracting("path", "name", "expected", "actual", "matched")
        .containsExactly(
            tuple("$.filter.type", "type", "[{\"prefix\":\"order.\"}]", "\"order.paid\"", true),
            tuple("$.filter.tenant", "tenant", "[\"x\"]", "absent", false),
            tuple(
                "$.filter.data.total",
                "data.total",
                "[{\"numeric\":[\">\",0]},null]",
                "-1.50",
                false),
            tuple(
                "$.filter.data['lines.sku']",
                "data.lines.sku",
                "[\"a\",\"b\"]",
                "[\"b\",\"c\"]",
                true),
            tuple("$.filter.data.gone", "data.gone", "[{\"exists\":false}]", "absent", true));
  }

  @Test
  void showsEveryAlternative() {
    Explanation explanation =
        explain("{'$or': [{'type': ['x']}, {'data': {'a': [1]}}]}", "{'a': 1}");

    assertThat(explanation.passes()).isTrue();
    assertThat(explanation.fields())
        .extracting(Explanation.Field::path, Explanation.Field::matched)
        .containsExactly(
            tuple("$.filter['$or'][0].type", false), tuple("$.filter['$or'][1].data.a", true));
  }

  @Test
  void saysThatFieldsMatchInDifferentElements() {
    Explanation explanation =
        explain("{'data': {'a': {'b': [1], 'c': [2]}}}", "{'a': [{'b': 1}, {'c': 2}]}");

    assertThat(explanation.passes()).isFalse();
    assertThat(explanation.fields()).allMatch(Explanation.Field::matched);
    assertThat(explanation.note()).hasValueSatisfying(n -> assertThat(n).contains("same element"));
  }

  @Test
  void saysThatThePayloadCannotBeRead() {
    Explanation explanation = explain("{'type': ['order.paid'], 'data': {'a': [1]}}", "{'a': ");

    assertThat(explanation.passes()).isFalse();
    assertThat(explanation.fields())
        .extracting(Explanation.Field::actual, Explanation.Field::matched)
        .containsExactly(tuple("\"order.paid\"", true), tuple("unreadable", false));
    assertThat(explanation.note()).hasValueSatisfying(n -> assertThat(n).contains("can't be read"));
  }

  @Test
  void shortensLongValues() {
    Explanation explanation = explain("{'data': {'a': [1]}}", "{'a': '" + "x".repeat(1_000) + "'}");
    assertThat(explanation.fields().get(0).actual()).hasSize(203).endsWith("x...");
  }

  @Test
  void showsAnObjectAsAbsentAsOnlyValuesCount() {
    assertThat(explain("{'data': ['x']}", "{'a': 1}").fields().get(0).actual()).isEqualTo("absent");
    assertThat(explain("{'data': ['x']}", "['x', ['y']]").fields().get(0).actual())
        .isEqualTo("[\"x\",\"y\"]");
  }

  private static Explanation explain(String pattern, String data) {
    EventPattern filter =
        EventPattern.compile(
                JSON.decode(pattern.replace('\'', '"').getBytes(UTF_8)),
                "$.filter",
                JSON,
                new Problems())
            .orElseThrow();
    Event event = Event.builder().type("order.paid").json(data.replace('\'', '"')).build();
    return filter.explain(event, JSON);
  }
}
