package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A JSON document")
class JsonDocumentTest {

  private final Problems problems = new Problems();

  @Test
  void becomesAPlainTree() {
    Object tree =
        parse("{\"a\": [1, 2.50, \"x\", true, null], \"b\": {}, \"c\": 99999999999999999999}")
            .orElseThrow()
            .tree();

    assertThat(tree)
        .isEqualTo(
            Map.of(
                "a",
                Arrays.asList(1L, new BigDecimal("2.50"), "x", true, null),
                "b",
                Map.of(),
                "c",
                new BigInteger("99999999999999999999")));
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void knowsTheLineOfEachPathOrOfWhatIsAroundIt() {
    JsonDocument document =
        parse("{\n \"source\": {\n  \"topics\": [\n   \"a\",\n   \"b\"]\n }\n}").orElseThrow();

    assertThat(document.line("$.source")).hasValue(2);
    assertThat(document.line("$.source.topics[1]")).hasValue(5);
    assertThat(document.line("$.source.group")).hasValue(2);
    assertThat(document.line("$.name")).hasValue(1);
  }

  @Test
  void doesNotTakeAKeyTwice() {
    parse("{\"a\": 1,\n\"b\": {\"c\": 1,\n\"c\": 2}, \"a\": 3}");

    assertThat(problems.list())
        .extracting(Problem::path, Problem::found)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("$.b.c", "'c' again, after line 2"),
            org.assertj.core.groups.Tuple.tuple("$.a", "'a' again, after line 1"));
  }

  @Test
  void refusesANumberThatNothingCanHold() {
    assertThat(parse("{\n  \"a\": 1e9999999995}")).isEmpty();

    assertThat(problems.list())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.found()).contains("a number that is too large", "line 2"));
  }

  @Test
  void tellsLineAndColumnOfWhatIsNoJson() {
    assertThat(parse("{\n  \"a\": 1,\n  \"b\" 2\n}")).isEmpty();

    assertThat(problems.list())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.found()).contains("line 3, column").contains("colon");
              assertThat(p.expected()).isEqualTo("JSON");
            });
  }

  @Test
  void endsWithItsValue() {
    assertThat(parse("{} {}")).isEmpty();

    assertThat(problems.list().get(0).found()).startsWith("more text after the end at line 1");
  }

  @Test
  void isNotEmpty() {
    assertThat(parse(" \n ")).isEmpty();

    assertThat(problems.list())
        .isEqualTo(
            List.of(
                new Problem(ProblemCode.NOT_JSON, "$", "an empty file", "JSON", Optional.empty())));
  }

  @Test
  void isNotNestedWithoutEnd() {
    assertThat(parse("[".repeat(100_000))).isEmpty();

    assertThat(problems.list()).hasSize(1);
  }

  private Optional<JsonDocument> parse(String json) {
    return JsonDocument.parse(json.getBytes(StandardCharsets.UTF_8), problems);
  }
}
