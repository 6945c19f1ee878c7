package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.server.config.Plugins;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("penstock new")
class NewCommandTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun();

  @Test
  void aFunctionCompilesPassesItsTestsAndRuns() throws Exception {
    assertThat(command.execute("new", "function", "order-totals", "--dir", directory)).isZero();
    Path project = directory.resolve("order-totals");
    assertThat(command.out()).contains("made " + project.resolve("pom.xml"), "  mvn package\n");

    Path log = directory.resolve("maven.log");
    Path repository = repositoryWithoutPenstock();
    Process maven =
        new ProcessBuilder("mvn", "-o", "-B", "-q", "-Dmaven.repo.local=" + repository, "package")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(maven.waitFor(120, TimeUnit.SECONDS)).isTrue();
    unlink(repository);
    assertThat(maven.exitValue()).as(Files.readString(log)).isZero();
    assertThat(project.resolve("target/order-totals.jar")).exists();
    assertThat(project.resolve("target/surefire-reports/com.example.OrderTotalsTest.txt"))
        .content()
        .contains("Tests run: 3, Failures: 0");

    assertThat(command.execute("test", project.resolve("order-totals.json"))).isZero();
    runs(project);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"greeting", "input", "output", "context", "test", "test-context", "string", "f"})
  void aFunctionCompilesWhateverItsName(String name) throws IOException {
    assertThat(command.execute("new", "function", name, "--dir", directory)).isZero();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-d",
                directory.resolve("classes").toString(),
                "-cp",
                System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(directory.resolve(name).resolve("src"))) {
      files.filter(Files::isRegularFile).map(Path::toString).forEach(arguments::add);
    }
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, errors, arguments.toArray(String[]::new));
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
  }

  private void runs(Path project) throws Exception {
    Path file = project.resolve("order-totals.json");
    Path out = project.resolve("out");
    Files.writeString(file, Files.readString(file).replace("\"-\"", "\"out\""));
    CommandRun run = new CommandRun();
    CompletableFuture<Integer> ended =
        run.start("run", file, "--port", 0, "--data", directory.resolve("data"));
    await().atMost(SOON).until(() -> Files.exists(out) && Files.size(out) > 0);
    run.stop.request();
    assertThat(ended.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(Files.readAllLines(out).get(0)).startsWith("{\"text\":\"Hello, ");
  }

  /** As a clean machine that has Maven's plugins: nothing of Penstock is in it, nor gets there. */
  private Path repositoryWithoutPenstock() throws IOException {
    Path real =
        Path.of(
            System.getProperty(
                "localRepository", System.getProperty("user.home") + "/.m2/repository"));
    Path clean = Files.createDirectories(directory.resolve("m2/io")).getParent();
    link(real, clean, "io");
    link(real.resolve("io"), clean.resolve("io"), "penstock");
    return clean;
  }

  private static void link(Path from, Path to, String without) throws IOException {
    try (Stream<Path> all = Files.list(from)) {
      for (Path one : all.filter(path -> !path.endsWith(without)).toList()) {
        Files.createSymbolicLink(to.resolve(one.getFileName()), one.toAbsolutePath());
      }
    }
  }

  /** JUnit warns of links that lead out of the folder that it deletes. */
  private static void unlink(Path repository) throws IOException {
    for (Path folder : List.of(repository.resolve("io"), repository)) {
      try (Stream<Path> links = Files.list(folder)) {
        for (Path link : links.filter(Files::isSymbolicLink).toList()) {
          Files.delete(link);
        }
      }
    }
  }

  @Test
  void overwritesNothing() throws IOException {
    assertThat(command.execute("new", "connector", "a", "--dir", directory)).isZero();
    Path file = directory.resolve("a.json");
    Files.writeString(file, "mine");

    assertThat(command.execute("new", "connector", "a", "--dir", directory)).isEqualTo(2);
    assertThat(command.err()).contains(file + " is there already", "[PEN-4002]");
    assertThat(file).hasContent("mine");

    Path readme = Files.createDirectory(directory.resolve("f")).resolve("README.md");
    Files.writeString(readme, "mine");
    assertThat(command.execute("new", "function", "f", "--dir", directory, "--json")).isEqualTo(2);
    assertThat(command.out()).contains("\"code\":\"PEN-4002\"");
    assertThat(directory.resolve("f")).isDirectoryContaining(readme::equals);
    assertThat(directory.resolve("f/pom.xml")).doesNotExist();
  }

  static List<String> connectors() {
    Plugins plugins = Plugins.load();
    List<String> functions = new ArrayList<>(plugins.functions().keySet());
    functions.add("");
    List<String> connectors = new ArrayList<>();
    for (String source : plugins.sources().keySet()) {
      for (String function : functions) {
        for (String sink : plugins.sinks().keySet()) {
          connectors.add(
              "--source "
                  + source
                  + " --sink "
                  + sink
                  + (function.isEmpty() ? "" : " --function " + function));
        }
      }
    }
    return connectors;
  }

  @ParameterizedTest
  @MethodSource("connectors")
  void aConnectorOfAnyTypesIsValid(String types) {
    assertThat(
            command.execute(
                Stream.concat(
                        Stream.of("new", "connector", "a", "--json", "--dir", directory),
                        Stream.of(types.split(" ")))
                    .toArray()))
        .as(command.out() + command.err())
        .isZero();
    assertThat(command.execute("validate", directory)).isZero();
  }

  @Test
  void tellsProgramsWhatItMade() throws IOException {
    assertThat(command.execute("new", "function", "f", "--dir", directory, "--json")).isZero();

    List<String> created = new ArrayList<>();
    new ObjectMapper()
        .readTree(command.out())
        .get("created")
        .forEach(file -> created.add(file.textValue()));
    assertThat(created)
        .contains(directory.resolve("f/src/main/java/com/example/F.java").toString())
        .allSatisfy(file -> assertThat(Path.of(file)).exists());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "function Order",
        "function order-",
        "function 1",
        "function f --package com.Acme",
        "function f --package com.new",
        "function",
        "connector -a",
        "connector a/b",
        "connector a --source none",
        "connector a --sink none",
        "connector a --function none",
        ""
      })
  void takesNoOddNames(String arguments) {
    String line = "new " + arguments + (arguments.isEmpty() ? "" : " --dir " + directory);
    assertThat(command.execute((Object[]) line.strip().split(" "))).isEqualTo(2);
    assertThat(command.err()).contains("[PEN-4001]");
    assertThat(directory).isEmptyDirectory();
  }
}
