package io.penstock.server.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.penstock.server.config.Plugins;
import io.penstock.server.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Judged by a validator that has nothing to do with us. */
@DisplayName("The JSON Schema")
class ConnectorSchemaTest {

  private static final Path EXAMPLES = Path.of("../../config-examples");
  private static final String TEXT = Json.pretty(ConnectorSchema.of(Plugins.load()));
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(TEXT);

  private static final String GOOD =
      """
      { "$schema": "./penstock.schema.json", "apiVersion": "penstock/v1", "name": "a-1",
        "description": "Copies.", "source": { "type": "generate", "rate": 0.5, "format": "text" },
        "filter": { "type": ["order"], "data": { "a": { "b": [1, null] } } },
        "function": { "type": "java", "jar": ["a.jar", "b.jar"], "handler": "com.acme.A",
                      "timeout": "5 s", "settings": { "a": 1, "b": "x" },
                      "concurrency": { "max": 3 }, "threads": "platform" },
        "delivery": { "order": "lane", "memory": "${env:MEMORY:-8MiB}",
                      "retry": { "backoff": { "max": "${env:MAX}" }, "bisect": false } },
        "onSuccess": [ { "type": "file", "path": "out", "transform": { "form": "ORIGINAL" } },
                       { "type": "kafka", "bootstrapServers": "b:1", "topic": "t" } ],
        "onFailure": [ { "type": "drop" } ] }
      """;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(f -> f.toString().matches(".*(?<!\\.test)\\.json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void takesTheExamples(Path file) throws IOException {
    assertThat(errors(Files.readString(file))).isEmpty();
  }

  @Test
  void takesAFileOfEveryKind() {
    assertThat(errors(GOOD)).isEmpty();
    assertThat(errors("[" + GOOD + "]")).isEmpty();
  }

  @Test
  void isItselfASchema() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(TEXT, InputFormat.JSON)).isEmpty();
  }

  @Test
  void isTheSameEachTime() {
    assertThat(Json.pretty(ConnectorSchema.of(Plugins.load()))).isEqualTo(TEXT);
  }

  @Test
  void tellsWhatAnEditorShows() {
    assertThat(TEXT)
        .contains(
            "\"description\": \"How long one call may take. From 1ms to 7d.\"",
            "\"default\": \"30s\"",
            "\"description\": \"Makes events up, at a rate, for trying things out.\"");
  }

  /** What is replaced, by what, and where the error is then. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "penstock/v1 | penstock/v2 | /apiVersion",
        "\"a-1\" | \"-a\" | /name",
        "\"name\" | \"nmae\" | ",
        "\"rate\" | \"rat\" | /source",
        "\"generate\" | \"genrate\" | /source/type",
        "\"text\" | \"txt\" | /source/format",
        "\"rate\": 0.5 | \"rate\": \"fast\" | /source/rate",
        "\"rate\": 0.5 | \"rate\": 0 | /source/rate",
        "[\"order\"] | \"order\" | /filter/type",
        "{ \"b\": [1, null] } | 7 | /filter/data/a",
        "[1, null] | [] | /filter/data/a/b",
        "[1, null] | [[1]] | /filter/data/a/b/0",
        "[1, null] | [{ \"prefx\": \"a\" }] | /filter/data/a/b/0",
        "[1, null] | [{}] | /filter/data/a/b/0",
        "\"type\": [\"order\"] | \"$or\": [{ \"type\": [\"order\"] }] | /filter/$or",
        "\"ORIGINAL\" | \"original\" | /onSuccess/0/transform/form",
        "\"ORIGINAL\" | \"ORIGINAL\", \"templ\": 1 | /onSuccess/0/transform",
        "\"5 s\" | \"5 sec\" | /function/timeout",
        "\"5 s\" | 5 | /function/timeout",
        "\"handler\": \"com.acme.A\", | | /function",
        "[\"a.jar\", \"b.jar\"] | [] | /function/jar",
        "\"max\": 3 | \"max\": 3.5 | /function/concurrency/max",
        "\"max\": 3 | \"mx\": 3 | /function/concurrency",
        "\"platform\" | \"native\" | /function/threads",
        "\"a\": 1, | \"a\": [], | /function/settings/a",
        "\"lane\" | \"lanes\" | /delivery/order",
        "${env:MEMORY:-8MiB} | 8 megs | /delivery/memory",
        "false | \"no\" | /delivery/retry/bisect",
        "\"path\": \"out\" | \"paht\": \"out\" | /onSuccess/0",
        "\"ORIGINAL\" | \"\" | /onSuccess/0/transform/form",
        "\"bootstrapServers\": \"b:1\", | | /onSuccess/1",
        "\"type\": \"drop\" | \"type\": \"drop\", \"path\": 1 | /onFailure/0",
        "[ { \"type\": \"drop\" } ] | [] | /onFailure",
      })
  void refuses(String change) {
    String[] parts = change.split("\\|", -1);
    String what = parts[0].strip();
    assertThat(GOOD).contains(what);
    int at = GOOD.indexOf(what);
    String broken = GOOD.substring(0, at) + parts[1].strip() + GOOD.substring(at + what.length());

    assertThat(errors(broken))
        .isNotEmpty()
        .anySatisfy(error -> assertThat(error.getInstanceLocation()).hasToString(parts[2].strip()));
  }

  @Test
  void refusesAConnectorThatLeadsNowhere() {
    String start =
        "{ \"apiVersion\": \"penstock/v1\", \"name\": \"a\", \"source\": {\"type\": \"generate\"}";
    assertThat(errors(start + " }")).isNotEmpty();
    assertThat(errors(start + ", \"onSuccess\": [] }")).isNotEmpty();
    assertThat(errors("[]")).isNotEmpty();
    assertThat(errors("7")).isNotEmpty();
  }

  @Test
  void knowsThatASinkFollowsItsSource() {
    String connector =
        """
        { "apiVersion": "penstock/v1", "name": "a",
          "source": { "type": "kafka", "bootstrapServers": "b:1", "topics": "t" },
          "onSuccess": [ { "type": "kafka", "topic": "u" } ] }
        """;
    assertThat(errors(connector)).isEmpty();
    assertThat(
            errors(
                connector.replace(
                    "\"kafka\", \"bootstrapServers\": \"b:1\", \"topics\": \"t\"", "\"generate\"")))
        .isNotEmpty();
  }

  private static List<Error> errors(String json) {
    return SCHEMA.validate(json, InputFormat.JSON);
  }
}
