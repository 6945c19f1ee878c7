package io.penstock.source.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.HttpRoute;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The OpenAPI document says what the code does. */
class OpenApiTest extends SourceBench {

  private static final Path DOCS = Path.of("../../docs/tasks-openapi.json");

  private String text() {
    return ask("GET", "/openapi.json", "").body();
  }

  private Map<?, ?> document() throws RefusedException {
    return (Map<?, ?>) Json.tree(text().getBytes(UTF_8));
  }

  private static Object at(Map<?, ?> tree, String... path) {
    Object here = tree;
    for (String name : path) {
      here = ((Map<?, ?>) here).get(name);
      assertThat(here).as(name).isNotNull();
    }
    return here;
  }

  @Test
  void itHasEveryRouteAndNoOther() throws RefusedException {
    Set<String> documented = new TreeSet<>();
    ((Map<?, ?>) at(document(), "paths"))
        .forEach(
            (path, operations) ->
                ((Map<?, ?>) operations)
                    .keySet()
                    .forEach(
                        method ->
                            documented.add(
                                method.toString().toUpperCase(Locale.ROOT) + " " + path)));
    Set<String> served =
        source.httpRoutes().stream()
            .map(route -> route.method() + " " + route.path().replaceAll(":(\\w+)", "{$1}"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(served);
  }

  @Test
  void everyParameterOfAPathIsDescribed() throws RefusedException {
    Map<?, ?> paths = (Map<?, ?>) at(document(), "paths");
    for (HttpRoute route : source.httpRoutes()) {
      String path = route.path().replaceAll(":(\\w+)", "{$1}");
      Map<?, ?> operation = (Map<?, ?>) at(paths, path, route.method().toLowerCase(Locale.ROOT));
      Matcher parameter = Pattern.compile("\\{(\\w+)}").matcher(path);
      while (parameter.find()) {
        assertThat(operation.get("parameters").toString()).contains("name=" + parameter.group(1));
      }
    }
  }

  @Test
  void whatItRefersToIsThere() throws RefusedException {
    Matcher reference = Pattern.compile("\"#/components/(\\w+)/(\\w+)\"").matcher(text());
    Map<?, ?> document = document();
    assertThat(reference.results().count()).isGreaterThan(20);
    reference.reset();
    while (reference.find()) {
      assertThat(at(document, "components", reference.group(1), reference.group(2))).isNotNull();
    }
  }

  @Test
  void theStatesAreThoseOfTasks() throws RefusedException {
    Object states = at(document(), "components", "schemas", "Task", "properties", "state", "enum");
    assertThat((List<?>) states)
        .map(Object::toString)
        .containsExactlyElementsOf(
            Stream.of(TaskState.values())
                .map(state -> state.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  @Test
  void theCodesAreThoseOfRefusals() throws Exception {
    Object codes = at(document(), "components", "schemas", "Problem", "properties", "code", "enum");
    Set<String> used = new TreeSet<>();
    Pattern code =
        Pattern.compile("(?:of|later)\\(\\s*(?:\\d{3}|e\\.status\\(\\)),\\s*\"([a-z_]+)\"");
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher found = code.matcher(Files.readString(file));
        while (found.find()) {
          used.add(found.group(1));
        }
      }
    }
    used.addAll(Set.of("bad_request", "not_found")); // through methods of their own
    assertThat(((List<?>) codes).stream().map(Object::toString).collect(Collectors.toSet()))
        .isEqualTo(used);
  }

  @Test
  void theDocumentationHasIt() throws IOException {
    assertThat(Files.readString(DOCS)).isEqualTo(text());
  }
}
