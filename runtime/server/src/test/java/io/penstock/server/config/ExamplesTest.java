package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.config.ConfigLoader.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Examples")
class ExamplesTest {

  private static final Path ROOT = Path.of("../..");
  private static final Path EXAMPLES = ROOT.resolve("config-examples");
  private static final Pattern JSON_BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  private final Plugins plugins = Plugins.load();
  private final ConfigLoader loader = new ConfigLoader(plugins, name -> null);

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(f -> f.toString().matches(".*(?<!\\.test)\\.json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void areValidOnTheirOwn(Path file) {
    assertThat(loader.load(List.of(file)).problems()).extracting(FileProblem::text).isEmpty();
  }

  @Test
  void areValidTogetherAndShowEveryTypeThereIs() {
    Loaded loaded = loader.load(List.of(EXAMPLES));

    assertThat(loaded.problems()).extracting(FileProblem::text).isEmpty();
    Set<String> shown = new TreeSet<>();
    for (ConnectorConfig connector : loaded.connectors()) {
      var body = connector.body();
      shown.add("source " + body.source().part().provider().type());
      body.function().ifPresent(f -> shown.add("function " + f.part().provider().type()));
      Stream.concat(
              Stream.concat(body.onSuccess().stream(), body.failureSinks().stream()),
              body.routes().values().stream()
                  .flatMap(
                      route ->
                          Stream.concat(route.onSuccess().stream(), route.failureSinks().stream())))
          .forEach(sink -> shown.add("sink " + sink.part().provider().type()));
    }
    Set<String> known = new TreeSet<>();
    plugins.sources().keySet().forEach(type -> known.add("source " + type));
    plugins.functions().keySet().forEach(type -> known.add("function " + type));
    plugins.sinks().keySet().forEach(type -> known.add("sink " + type));
    assertThat(shown).isEqualTo(known);
  }

  @Test
  void inTheDocumentsAreValidToo(@TempDir Path directory) throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    List<Path> files = new ArrayList<>();
    for (Path page : pages) {
      Matcher blocks = JSON_BLOCK.matcher(Files.readString(page));
      while (blocks.find()) {
        if (blocks.group(1).contains("apiVersion")) {
          // Each for itself: they may have the same name.
          Path folder = Files.createDirectory(directory.resolve("block" + files.size()));
          files.add(
              Files.writeString(folder.resolve(page.getFileName() + ".json"), blocks.group(1)));
        }
      }
    }

    assertThat(files).hasSizeGreaterThan(1);
    for (Path file : files) {
      assertThat(loader.load(List.of(file)).problems()).extracting(FileProblem::text).isEmpty();
    }
  }
}
