package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.storage.DataFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("penstock doctor")
class DoctorCommandTest {

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "orders",
        "source": { "type": "kafka", "bootstrapServers": SERVERS, "topics": ["orders"] },
        "onSuccess": [ { "type": "kafka", "name": "copy", "bootstrapServers": "127.0.0.1:PORT", "topic": "t" },
                       { "type": "file", "path": "out" } ] }
      """;

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun();

  @Test
  void findsAllWell() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Path file = write("[\"127.0.0.1:PORT\"]", server.getLocalPort());

      assertThat(doctor(file)).as(command.out()).isZero();
      String address = "127.0.0.1:" + server.getLocalPort();
      assertThat(command.out().lines().toList())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("ok       versions: penstock ").contains("java "),
              line -> assertThat(line).startsWith("ok       memory: ").contains("keep up to 64MiB"),
              line -> assertThat(line).contains("data isn't there yet and can be made"),
              line -> assertThat(line).isEqualTo("ok       HTTP: 127.0.0.1:0 is free"),
              line ->
                  assertThat(line)
                      .isEqualTo("ok       source of 'orders': " + address + " can be reached"),
              line ->
                  assertThat(line)
                      .isEqualTo(
                          "ok       sink 'copy' of 'orders': " + address + " can be reached"));
      assertThat(directory.resolve("data")).as("nothing is made").doesNotExist();
    }
  }

  @Test
  void findsServersThatAreNotThere() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Path file = write("[\"127.0.0.1:1\", \"127.0.0.1:PORT\"]", server.getLocalPort());
      assertThat(doctor(file)).as("one of two will do").isZero();
      assertThat(command.out())
          .contains(
              "warning  source of 'orders': 127.0.0.1:1 can't be reached: ", "  [PEN-2201]\n");
    }
    Path file = write("[\"127.0.0.1:1\", \"no-such-host.invalid:2\"]", 1);

    assertThat(doctor(file, "--json")).isEqualTo(1);
    List<String> bad = new ArrayList<>();
    JsonNode json = new ObjectMapper().readTree(command.out().lines().reduce("", (a, b) -> b));
    assertThat(json.get("well").booleanValue()).isFalse();
    json.get("findings")
        .forEach(
            finding -> {
              if (finding.get("verdict").textValue().equals("bad")) {
                bad.add(finding.get("code").textValue() + " " + finding.get("text").textValue());
              }
            });
    assertThat(bad)
        .hasSize(3)
        .allMatch(text -> text.startsWith("PEN-2201 "))
        .anyMatch(text -> text.contains("no-such-host.invalid:2 can't be reached"));
  }

  @Test
  void findsWhatIsInUse() throws IOException {
    Path data = directory.resolve("data");
    try (DataFolder worker = DataFolder.open(data, Clock.systemUTC());
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(worker).hasToString(data.toString());
      assertThat(command.execute("doctor", "--data", data, "--port", taken.getLocalPort()))
          .isEqualTo(1);
    }
    assertThat(command.out())
        .contains(
            "BAD      data folder: ", "process " + ProcessHandle.current().pid(), "[PEN-2102]")
        .contains("BAD      HTTP: can't listen on 127.0.0.1:", "[PEN-2101]");
    assertThat(command.execute("doctor", "--data", data, "--port", 0)).isZero();
    assertThat(command.out()).contains(data + " is free");
  }

  @Test
  void findsWhatIsWrongInFiles() throws IOException {
    Path file = Files.writeString(directory.resolve("a.json"), "{ \"nmae\": 1 }");

    assertThat(doctor(file)).isEqualTo(1);
    assertThat(command.out()).contains("BAD      " + file + ": $.nmae: found 'nmae'", "[PEN-1101]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "0ms", "6m"})
  void waitsNoOddTime(String timeout) {
    assertThat(command.execute("doctor", "--timeout", timeout)).isEqualTo(2);
    assertThat(command.err()).contains("--timeout is '" + timeout + "'");
  }

  private int doctor(Path file, String... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "doctor",
                file,
                "--data",
                directory.resolve("data"),
                "--port",
                0,
                "--timeout",
                "2s"));
    arguments.addAll(List.of(more));
    return command.execute(arguments.toArray());
  }

  private Path write(String servers, int port) throws IOException {
    return Files.writeString(
        directory.resolve("orders.json"),
        CONNECTOR.replace("SERVERS", servers).replace("PORT", String.valueOf(port)));
  }
}
