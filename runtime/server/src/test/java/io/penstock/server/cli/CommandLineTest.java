package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The command line")
class CommandLineTest {

  private static final String GOOD =
      """
      { "apiVersion": "penstock/v1", "name": "NAME", "source": { "type": "generate" },
        "onSuccess": [ { "type": "file", "path": "NAME.out" } ] }
      """;

  private static final String WRONG =
      """
      { "apiVersion": "penstock/v1", "name": "wrong", "source": { "type": "genrate" },
        "onSuccess": [ { "type": "file", "path": "${env:MISSING_VARIABLE}" } ] }
      """;

  private static final String WITHOUT_JAR =
      """
      { "apiVersion": "penstock/v1", "name": "NAME", "source": { "type": "generate" },
        "function": { "type": "java", "jar": "NAME.jar", "handler": "com.acme.NAME" } }
      """;

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun();

  @Test
  void showsItsVersionAndHelp() {
    assertThat(command.execute("--version")).isZero();
    assertThat(command.out()).startsWith("penstock ").contains("java ");

    assertThat(command.execute("--help")).isZero();
    assertThat(command.out())
        .contains("run", "validate", "demo", "Exit codes:", "wrong command line or config");
    assertThat(command.execute("run", "--help")).isZero();
    assertThat(command.out()).contains("--drain=TIME", "Default 8080", "Default 127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rnu",
        "run",
        "validate",
        "run --prot 1 x.json",
        "run --port x x.json",
        "run --port 70000 x.json",
        "run --drain soon x.json",
        "demo --seconds -1"
      })
  void doesNotTakeWhatItDoesNotUnderstand(String arguments) {
    int code =
        arguments.isEmpty() ? command.execute() : command.execute((Object[]) arguments.split(" "));

    assertThat(code).isEqualTo(2);
    assertThat(command.err()).isNotBlank();
    assertThat(command.out()).isEmpty();
  }

  @Test
  void validatesFilesAndFolders() throws IOException {
    write("a.json", GOOD.replace("NAME", "a"));
    write("b.json", GOOD.replace("NAME", "b"));

    assertThat(command.execute("validate", directory)).isZero();
    assertThat(command.out()).isEqualTo("2 connectors in 2 files, all good\n");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void tellsEveryProblem() throws IOException {
    Path wrong = write("wrong.json", WRONG);

    assertThat(command.execute("validate", wrong, directory.resolve("none.json"))).isEqualTo(2);
    assertThat(command.out()).isEmpty();
    assertThat(command.err())
        .contains(
            wrong + ":1  $.source.type  [PEN-1105]\n    found     'genrate'\n",
            "did you mean 'generate'?",
            wrong + ":2  $.onSuccess[0].path  [PEN-1004]\n",
            "set MISSING_VARIABLE",
            "3 problems in 2 files. Nothing was started.");
  }

  @Test
  void tellsProblemsToPrograms() throws IOException {
    Path wrong = write("wrong.json", WRONG);

    assertThat(command.execute("validate", "--json", wrong)).isEqualTo(2);

    JsonNode json = new ObjectMapper().readTree(command.out());
    assertThat(json.get("valid").booleanValue()).isFalse();
    assertThat(json.get("problems")).hasSize(2);
    assertThat(json.at("/problems/0/file").textValue()).isEqualTo(wrong.toString());
    assertThat(json.at("/problems/0/line").intValue()).isEqualTo(1);
    assertThat(json.at("/problems/0/code").textValue()).isEqualTo("PEN-1105");
    assertThat(json.at("/problems/0/path").textValue()).isEqualTo("$.source.type");
    assertThat(json.at("/problems/0/found").textValue()).isEqualTo("'genrate'");
    assertThat(json.at("/problems/0/suggestion").textValue()).isEqualTo("did you mean 'generate'?");

    CommandRun good = new CommandRun();
    Path file = write("a.json", GOOD.replace("NAME", "a"));
    assertThat(good.execute("validate", "--json", file)).isZero();
    assertThat(good.out())
        .isEqualTo(
            "{\"valid\":true,\"files\":[\""
                + file
                + "\"],\"connectors\":[\"a\"],\"problems\":[]}\n");
  }

  @Test
  void tellsProgramsWhyItDoesNotStart() throws IOException {
    Path wrong = write("wrong.json", WRONG);
    assertThat(command.execute("run", "--json", wrong)).isEqualTo(2);
    assertThat(json().at("/problems/1/code").textValue()).isEqualTo("PEN-1004");

    Path without = write("first.json", WITHOUT_JAR.replace("NAME", "First"));
    assertThat(command.execute("run", "--json", without, "--data", directory.resolve("data")))
        .isEqualTo(2);
    assertThat(json().at("/problems/0/code").textValue()).isEqualTo("PEN-2002");
    assertThat(json().at("/problems/0/message").textValue()).contains("First.jar");

    assertThat(command.execute("run", "--prot", "1", "--json")).isEqualTo(2);
    assertThat(json().at("/problems/0/code").textValue()).isEqualTo("PEN-4001");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void saysWhatItDidNotUnderstand() throws IOException {
    assertThat(command.execute("valdate", "x.json")).isEqualTo(2);
    assertThat(command.err())
        .startsWith("penstock: there is no command 'valdate'  [PEN-4001]\nDid you mean: ")
        .endsWith("'penstock --help' tells more.\n");
    assertThat(command.execute("new", "thing")).isEqualTo(2);
    assertThat(command.err()).contains("there is no command 'thing'");
    assertThat(command.execute("schema", "x")).isEqualTo(2);
    assertThat(command.err()).contains("'x' is one argument too many");

    // An argument that can't be read, before it is known that JSON is asked for.
    assertThat(command.execute("completion", "fish", "--json")).isEqualTo(2);
    assertThat(json().at("/problems/0/message").textValue())
        .contains("bash", "zsh", "none for 'fish'");
  }

  @Test
  void explainsCodes() throws IOException {
    assertThat(command.execute("explain", "pen-1101")).isZero();
    assertThat(command.out())
        .startsWith("PEN-1101  There is no such key\n")
        .contains("What to do:");

    assertThat(command.execute("explain", "TIMEOUT", "--json")).isZero();
    assertThat(json().get("code").textValue()).isEqualTo("TIMEOUT");

    assertThat(command.execute("explain", "PEN-0")).isEqualTo(2);
    assertThat(command.err()).contains("there is no code 'PEN-0'", "[PEN-4001]");
  }

  @Test
  void listsPlugins() throws IOException {
    assertThat(command.execute("plugins")).isZero();
    assertThat(command.out())
        .contains("Sources\n", "generate ", "Functions\n", "Sinks\n", "Formats\n", "eventType");

    assertThat(command.execute("plugins", "kafka", "java")).isZero();
    assertThat(command.out())
        .contains(
            "    bootstrapServers: list of texts, required\n",
            "    mode: one of binary, structured, plain, default \"binary\"\n");

    assertThat(command.execute("plugins", "--json")).isZero();
    JsonNode generate =
        StreamSupport.stream(json().get("sources").spliterator(), false)
            .filter(source -> source.get("type").textValue().equals("generate"))
            .findFirst()
            .orElseThrow();
    assertThat(generate.get("doc").textValue()).isNotBlank();
    assertThat(generate.get("settings"))
        .anySatisfy(
            setting -> {
              assertThat(setting.get("name").textValue()).isEqualTo("lanes");
              assertThat(setting.get("type").textValue()).isEqualTo("whole number");
              assertThat(setting.get("defaultValue").longValue()).isOne();
              assertThat(setting.get("range").textValue()).isEqualTo("1 to 1024");
            });
    assertThat(json().at("/codecs/0/mediaType").textValue()).isNotBlank();

    assertThat(command.execute("plugins", "kafak")).isEqualTo(2);
    assertThat(command.err()).contains("nothing of type 'kafak' is installed; there is ");
  }

  @Test
  void runsNothingOfAWrongConfig() throws IOException {
    Path wrong = write("wrong.json", WRONG);
    Path good = write("good.json", GOOD.replace("NAME", "good"));

    assertThat(run(good, wrong)).isEqualTo(2);
    assertThat(command.err()).contains("2 problems in 1 file. Nothing was started.");
    assertThat(directory.resolve("data")).doesNotExist();
    assertThat(directory.resolve("good.out")).doesNotExist();
  }

  @Test
  void runsNothingIfAnythingCanNotBeMade() throws IOException {
    Path first = write("first.json", WITHOUT_JAR.replace("NAME", "First"));
    Path second = write("second.json", WITHOUT_JAR.replace("NAME", "Second"));
    Path good = write("good.json", GOOD.replace("NAME", "good"));

    assertThat(run(first, second, good)).isEqualTo(2);
    assertThat(command.err())
        .contains(
            first + "  $.function of 'First'  [PEN-2002]",
            "First.jar",
            second + "  $.function of 'Second'  [PEN-2002]",
            "Second.jar",
            "Nothing was started.");
    assertThat(directory.resolve("good.out")).doesNotExist();
  }

  @Test
  void tellsAPortInUse() throws IOException {
    Path good = write("good.json", GOOD.replace("NAME", "good"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(
              command.execute(
                  "run", good, "--data", directory.resolve("data"), "--port", taken.getLocalPort()))
          .isEqualTo(3);
      assertThat(command.err())
          .contains(
              "127.0.0.1:" + taken.getLocalPort(), "in use", "[PEN-2101]", "Nothing was started.");
    }
    assertThat(directory.resolve("good.out")).doesNotExist();
  }

  /** The last line that was printed. */
  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(command.out().lines().reduce("", (a, b) -> b));
  }

  private int run(Path... files) {
    Object[] arguments = new Object[files.length + 5];
    arguments[0] = "run";
    System.arraycopy(files, 0, arguments, 1, files.length);
    System.arraycopy(
        new Object[] {"--data", directory.resolve("data"), "--port", 0},
        0,
        arguments,
        files.length + 1,
        4);
    return command.execute(arguments);
  }

  private Path write(String name, String json) throws IOException {
    return Files.writeString(directory.resolve(name), json);
  }
}
