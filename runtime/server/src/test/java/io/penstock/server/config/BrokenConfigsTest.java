package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.penstock.connector.config.ProblemCode;
import io.penstock.server.config.BrokenConfigs.Broken;
import io.penstock.server.describe.ConnectorSchema;
import io.penstock.server.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A broken config")
class BrokenConfigsTest {

  private static final Plugins PLUGINS = Plugins.load();

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Json.pretty(ConnectorSchema.of(PLUGINS)));

  private static final Path MESSAGES =
      Path.of("src/test/resources/io/penstock/server/config/broken-configs-messages.txt");

  /** Too large for us, and nothing that a schema sees. */
  private static final String HUGE = "99999999999999";

  /** What a schema can say; where values hang on each other, it lets more through. */
  private static final Set<ProblemCode> SEEN_BY_SCHEMA =
      Set.of(
          ProblemCode.UNKNOWN_KEY,
          ProblemCode.MISSING_KEY,
          ProblemCode.WRONG_TYPE,
          ProblemCode.BAD_NAME,
          ProblemCode.NOTHING_TO_DO);

  @TempDir private Path directory;

  static List<Broken> configs() throws IOException {
    return BrokenConfigs.all();
  }

  @Test
  void thereAreManyOf() throws IOException {
    assertThat(configs()).hasSizeGreaterThanOrEqualTo(200).doesNotHaveDuplicates();
    for (String base : BrokenConfigs.bases().values()) {
      assertThat(load(base)).as(base).isEmpty();
      assertThat(SCHEMA.validate(base, InputFormat.JSON)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void hasTheseProblems(Broken config) throws IOException {
    List<FileProblem> problems = load(config.json());

    assertThat(problems)
        .extracting(p -> p.problem().code().code() + " " + p.problem().path())
        .containsExactlyInAnyOrderElementsOf(config.problems());
    assertThat(problems)
        .allSatisfy(
            p -> {
              assertThat(p.line()).isPresent();
              assertThat(p.problem().found()).isNotBlank();
              assertThat(p.problem().expected()).isNotBlank();
              assertThat(p.text()).doesNotContain("hunter2", "sixteen", "REDACTED");
            });
    if (!config.json().contains(HUGE)
        && problems.stream().allMatch(p -> SEEN_BY_SCHEMA.contains(p.problem().code()))) {
      assertThat(SCHEMA.validate(config.json(), InputFormat.JSON)).isNotEmpty();
    }
  }

  /** Every message as people read it, so that a change of one is seen by whoever reviews it. */
  @Test
  void isToldOfInTheseWords() throws IOException {
    StringBuilder told = new StringBuilder();
    for (Broken config : configs()) {
      told.append("# ").append(config).append('\n');
      for (FileProblem problem : load(config.json())) {
        String text =
            problem.text().replace(directory + "/", "").replace(directory.toString(), "FOLDER");
        told.append(withoutWhatIsInstalled(text)).append('\n');
      }
    }
    if ("write".equals(System.getProperty("penstock.docs"))) {
      Files.writeString(MESSAGES, told);
    }
    assertThat(MESSAGES)
        .as("write it anew with -Dpenstock.docs=write")
        .content()
        .isEqualTo(told.toString());
  }

  /** So that a new source or sink changes no message here. */
  private static String withoutWhatIsInstalled(String text) {
    return text.replace(types(PLUGINS.sources()), "one of SOURCES")
        .replace(types(PLUGINS.functions()), "one of FUNCTIONS")
        .replace(types(PLUGINS.sinks()), "one of SINKS");
  }

  private static String types(Map<String, ?> plugins) {
    return "one of " + String.join(", ", new TreeSet<>(plugins.keySet()));
  }

  private List<FileProblem> load(String json) throws IOException {
    Path file = Files.writeString(directory.resolve("connector.json"), json);
    return new ConfigLoader(PLUGINS, name -> null).load(List.of(file)).problems();
  }
}
