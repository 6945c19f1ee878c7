package io.penstock.source.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.source.generate.TemplateContent.Chance;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payloads made from templates. */
class TemplateTest {

  private static String render(Object tree, int chance) {
    Problems problems = new Problems();
    Template template = Template.parse(tree, "$.template", problems);
    assertThat(problems.list()).isEmpty();
    Template.Values values =
        new Template.Values(
            17,
            2,
            5,
            "1-2-5",
            "key-3",
            Instant.parse("2026-01-02T03:04:05Z"),
            new Chance(chance, 2, 5));
    return new String(template.render(values), UTF_8);
  }

  private static String render(Object tree) {
    return render(tree, 1);
  }

  @Test
  void a_tree_is_written_as_json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("text \"quoted\"", "a\\b\n\u0001ü");
    tree.put("list", Arrays.asList(1L, new BigDecimal("2.50"), true, null, List.of(), Map.of()));
    assertThat(render(tree))
        .isEqualTo(
            "{\"text \\\"quoted\\\"\":\"a\\\\b\\u000a\\u0001ü\","
                + "\"list\":[1,2.50,true,null,[],{}]}");
  }

  @Test
  void a_lone_number_is_a_number_and_everything_else_a_text() {
    assertThat(
            render(
                List.of(
                    "{{index}}",
                    "{{ lane }}",
                    "{{position}}",
                    "{{id}}",
                    "{{key}}",
                    "{{now}}",
                    "n {{index}}",
                    "{{index}}{{lane}}",
                    "{{pick \"}}")))
        .isEqualTo(
            "[17,2,5,\"1-2-5\",\"key-3\",\"2026-01-02T03:04:05.000Z\",\"n 17\",\"172\",\"\\\"\"]");
  }

  @Test
  void a_text_as_template_is_plain_text() {
    assertThat(render("order {{index}} of \"{{key}}\" {{pick \"}}\n"))
        .isEqualTo("order 17 of \"key-3\" \"\n");
    Problems problems = new Problems();
    assertThat(Template.parse("x", "$", problems).mediaType()).startsWith("text/plain");
    assertThat(Template.parse(List.of(), "$", problems).mediaType()).isEqualTo("application/json");
  }

  @Test
  void chance_stays_within_its_bounds_and_reaches_them() {
    Set<String> numbers = new TreeSet<>();
    Set<String> decimals = new TreeSet<>();
    Set<String> picks = new TreeSet<>();
    for (int i = 0; i < 2_000; i++) {
      numbers.add(render("{{random -2 2}}", i));
      decimals.add(render("{{random 0.08 .1}}", i));
      picks.add(render("{{pick A B C}}", i));
    }
    assertThat(numbers).containsExactlyInAnyOrder("-2", "-1", "0", "1", "2");
    assertThat(decimals).containsExactly("0.08", "0.09", "0.10");
    assertThat(picks).containsExactly("A", "B", "C");
  }

  @Test
  void a_uuid_is_one_of_version_4() {
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      String text = render("{{uuid}}", i);
      UUID uuid = UUID.fromString(text);
      assertThat(uuid.version()).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
      all.add(text);
    }
    assertThat(all).hasSize(100);
    assertThat(render("{{uuid}}", 7)).isEqualTo(render("{{uuid}}", 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{randm 1 2}}   | 'randm'              | did you mean 'random'?",
        "{{}}            | ''                   | one of index",
        "{{random 1}}    | '{{random 1}}'       | two numbers",
        "{{random 2 1}}  | '{{random 2 1}}'     | the smaller first",
        "{{random a b}}  | '{{random a b}}'     | two numbers",
        "{{random 0 99999999999999999999}} | '{{random 0 99999999999999999999}}' | two numbers",
        "{{pick}}        | '{{pick}}'           | words to pick from",
        "{{index 1}}     | '{{index 1}}'        | without anything behind it",
        "x {{index       | '{{index'            | '}}' at the end",
      },
      quoteCharacter = '`')
  void what_is_wrong_is_told_once_with_its_path(String text, String found, String expected) {
    for (Object tree : List.of(text, Map.of("a", List.of("x", text)))) {
      Problems problems = new Problems();
      Template.parse(tree, "$.source.template", problems);
      assertThat(problems.list()).hasSize(1);
      assertThat(problems.list().get(0).toString())
          .startsWith(tree instanceof String ? "$.source.template: " : "$.source.template.a[1]: ")
          .contains("found " + found)
          .contains(expected);
    }
  }

  @Test
  void all_problems_are_told() {
    Problems problems = new Problems();
    Template.parse(List.of("{{a}} {{b}}", "{{c}}"), "$", problems);
    List<String> paths = new ArrayList<>();
    problems.list().forEach(problem -> paths.add(problem.path()));
    assertThat(paths).containsExactly("$[0]", "$[0]", "$[1]");
  }
}
