package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A reference in a text")
class SubstitutionTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("USER", "ada", "PASSWORD", "s3cr$t\\1", "PIN", "42");

  @TempDir private Path directory;

  private final Problems problems = new Problems();
  private Substitution substitution;

  @BeforeEach
  void make() {
    substitution = new Substitution(ENVIRONMENT::get, directory, problems);
  }

  @Test
  void standsForAnEnvironmentVariable() {
    assertThat(applied("user=${env:USER} password=${env:PASSWORD};"))
        .isEqualTo("user=ada password=s3cr$t\\1;");
  }

  @Test
  void standsForAFileWithoutItsLastLineEnd() throws IOException {
    Files.writeString(directory.resolve("key"), "line 1\nline 2\n");
    Files.writeString(directory.resolve("windows"), "line 1\r\n");

    assertThat(applied("${file:key}|${file:windows}")).isEqualTo("line 1\nline 2|line 1");
  }

  @Test
  void isReplacedEverywhereInATreeButInKeys() {
    Object tree =
        substitution.apply(
            Map.of("${env:USER}", List.of("${env:USER}", 1L, Map.of("a", "${env:USER}"))), "$");

    assertThat(tree).isEqualTo(Map.of("${env:USER}", List.of("ada", 1L, Map.of("a", "ada"))));
  }

  @Test
  void mayHaveADefault() {
    assertThat(applied("${env:USER:-bob} ${env:HOST:-localhost:9092} ${env:NONE:-}|"))
        .isEqualTo("ada localhost:9092 |");
    assertThat(applied("${file:none:-nobody}")).isEqualTo("nobody");
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void isAProblemIfItLeadsNowhere() {
    applied("${env:NONE}");
    applied("${file:none.txt}");

    assertThat(problems.list())
        .extracting(Problem::found)
        .containsExactly("'${env:NONE}'", "'${file:none.txt}'");
    assertThat(problems.list().get(0).suggestion())
        .hasValueSatisfying(s -> assertThat(s).contains("set NONE"));
    assertThat(problems.list().get(1).suggestion())
        .hasValue("the path starts from the folder of this file, " + directory);
  }

  @Test
  void isAProblemIfItsKindIsUnknown() {
    applied("${evn:USER}");

    assertThat(problems.list())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.found()).isEqualTo("'${evn:USER}'");
              assertThat(p.expected()).isEqualTo("${env:NAME} or ${file:PATH}");
            });
  }

  @Test
  void canBeEscaped() {
    assertThat(applied("$${env:USER} costs $5, ${} and ${sequence} are others' affair"))
        .isEqualTo("${env:USER} costs $5, ${} and ${sequence} are others' affair");
  }

  @Test
  void isHiddenWhereItStands() {
    substitution.apply(Map.of("timeout", "${env:PIN}"), "$");

    assertThat(
            substitution.hide(
                new Problem(
                    ProblemCode.WRONG_TYPE,
                    "$.timeout",
                    "'42'",
                    "a duration",
                    Optional.of("like 42?"))))
        .isEqualTo(
            new Problem(
                ProblemCode.WRONG_TYPE,
                "$.timeout",
                "the value of ${env:PIN}, not shown",
                "a duration",
                Optional.empty()));
  }

  @Test
  void isHiddenInOthersProblemsToo() {
    substitution.apply(Map.of("a", "${env:PASSWORD}", "b", "${env:PIN}"), "$");

    Problem hidden =
        substitution.hide(
            new Problem(
                ProblemCode.CONFLICT,
                "$.other",
                "'s3cr$t\\1@host'",
                "not '42', 4200",
                Optional.of("try s3cr$t\\1")));

    assertThat(hidden.found()).isEqualTo("'${env:PASSWORD}@host'");
    assertThat(hidden.expected()).isEqualTo("not ${env:PIN}, 4200");
    assertThat(hidden.suggestion()).hasValue("try ${env:PASSWORD}");
  }

  private Object applied(String text) {
    return substitution.apply(text, "$.text");
  }
}
