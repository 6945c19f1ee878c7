package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process of its own, for what only a process has: signals and an exit code. */
@DisplayName("The process")
class MainTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String STREAM =
      """
      { "apiVersion": "penstock/v1", "name": "stream",
        "source": { "type": "generate", "rate": 100 },
        "onSuccess": [ { "type": "file", "path": "out" } ] }
      """;

  private static final String STUCK =
      """
      { "apiVersion": "penstock/v1", "name": "stuck",
        "source": { "type": "generate", "rate": 100 },
        "function": { "type": "java", "handler": "io.penstock.server.cli.Stuck" } }
      """;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;
  private int port;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void endsWithTheCommandsExitCode() throws Exception {
    assertThat(start("validate", write("a.json", STREAM)).waitFor()).isZero();
    assertThat(start("validate", write("b.json", "{}")).waitFor()).isEqualTo(2);
  }

  @Test
  void stopsInAnOrderlyWayWhenItIsAskedTo() throws Exception {
    run(write("stream.json", STREAM));
    Path out = directory.resolve("out");
    await().atMost(SOON).until(() -> Files.exists(out) && Files.size(out) > 0);

    process.destroy();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(log()).isZero();
    assertThat(log()).contains("stopping: what is under way has 50s to finish").contains("stopped");
  }

  @Test
  void endsAtOnceWhenItIsAskedTwice() throws Exception {
    run(write("stuck.json", STUCK));
    await()
        .atMost(SOON)
        .until(() -> get("/metrics").matches("(?s).*penstock_function_in_flight\\{[^}]*} [1-9].*"));

    process.destroy();
    await().atMost(SOON).until(() -> log().contains("stopping"));
    process.destroy();

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(log()).isEqualTo(128 + 15);
  }

  @Test
  void endsAtOnceWhereThereIsNothingToFinish() throws Exception {
    write("stuck.json", STUCK);
    Path cases =
        write(
            "stuck.test.json",
            "{ \"cases\": [ { \"name\": \"n\", \"events\": [ { \"data\": \"x\" } ] } ] }");
    start("test", cases);
    await().atMost(SOON).until(() -> log().contains("stuck.test.json"));

    process.destroy();

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(log()).isEqualTo(128 + 15);
  }

  private void run(Path file) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Object data = directory.resolve("data");
    start("run", file, "--port", port, "--data", data, "--drain", "50s");
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> get("/health/live").contains("true") || !process.isAlive());
    assertThat(process.isAlive()).as(log()).isTrue();
  }

  private Process start(Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    return process;
  }

  private String get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  private Path write(String name, String json) throws IOException {
    return Files.writeString(directory.resolve(name), json);
  }
}
