package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole worker: a real engine between the sources and sinks that need no broker. */
@DisplayName("penstock run")
class RunCommandTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String COUNTED =
      """
      { "apiVersion": "penstock/v1", "name": "counted",
        "source": { "type": "generate", "count": 1000, "lanes": 4, "keys": 50,
                    "template": { "number": "{{index}}", "parity": "{{pick odd even}}" } },
        "function": { "type": "java", "handler": "io.penstock.server.cli.Shout" },
        "onSuccess": [ { "type": "file", "path": "counted.out", "format": "data" } ] }
      """;

  private static final String ENDLESS =
      """
      { "apiVersion": "penstock/v1", "name": "endless",
        "source": { "type": "generate", "rate": 200 },
        "onSuccess": [ { "type": "file", "path": "endless.out" } ] }
      """;

  private static final String NO_BROKER =
      """
      { "apiVersion": "penstock/v1", "name": "no-broker",
        "source": { "type": "kafka", "bootstrapServers": "127.0.0.1:1", "topics": ["t"] },
        "onSuccess": [ { "type": "file", "path": "none.out" } ] }
      """;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private CommandRun command;
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void everyThreadHasEnded() {
    if (command != null) {
      command.stop.request();
    }
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("penstock-") || name.startsWith("vert.x-")));
  }

  @Test
  void carriesEventsAndShowsThem() throws Exception {
    write("counted.json", COUNTED);
    CompletableFuture<Integer> ended = start(directory);
    Path out = directory.resolve("counted.out");
    await().atMost(SOON).until(() -> Files.exists(out) && Files.readAllLines(out).size() == 1_000);

    assertThat(Files.readAllLines(out)).allMatch(line -> line.contains("\"NUMBER\""));
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    await().atMost(SOON).until(() -> get("/health/ready").statusCode() == 200);
    await()
        .atMost(SOON)
        .until(() -> status("counted").at("/counts/delivered").longValue() == 1_000);
    JsonNode status = status("counted");
    assertThat(status.get("state").textValue()).isEqualTo("running");
    assertThat(status.get("lanes")).hasSize(4);
    assertThat(status.at("/function/name").textValue()).isEqualTo("counted");
    assertThat(get("/metrics").body())
        .contains(
            "penstock_events_settled_total{connector=\"counted\",outcome=\"delivered\"} 1000.0")
        .contains("jvm_threads_current");

    String lane = status.at("/lanes/0/name").textValue();
    HttpResponse<String> sought =
        send("POST", "/connectors/counted/seek", "{\"lane\":\"" + lane + "\",\"to\":\"earliest\"}");
    assertThat(sought.statusCode()).as(sought.body()).isEqualTo(200);
    await().atMost(SOON).until(() -> status("counted").at("/counts/delivered").longValue() > 1_000);

    stop(ended);
    assertThat(command.err()).isEmpty();
  }

  @Test
  void keepsAPauseOverARestart() throws Exception {
    write("endless.json", ENDLESS);
    CompletableFuture<Integer> ended = start(directory);
    await().atMost(SOON).until(() -> get("/health/ready").statusCode() == 200);
    assertThat(put("/connectors/endless/pause", "{\"by\": \"ada\"}").statusCode()).isEqualTo(200);
    stop(ended);

    ended = start(directory);
    await().atMost(SOON).until(() -> status("endless").get("state").textValue().equals("paused"));
    assertThat(status("endless").at("/paused/by").textValue()).isEqualTo("ada");
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    long before = status("endless").at("/counts/received").longValue();

    assertThat(put("/connectors/endless/resume", "").statusCode()).isEqualTo(200);
    await()
        .atMost(SOON)
        .until(() -> status("endless").at("/counts/received").longValue() > before + 10);
    stop(ended);
  }

  @Test
  void refusesASecondWorkerOfTheSameFolderAndNamesTheFirst() throws Exception {
    write("endless.json", ENDLESS);
    CompletableFuture<Integer> ended = start(directory);
    await().atMost(SOON).until(() -> get("/health/live").statusCode() == 200);

    CommandRun second = new CommandRun();
    assertThat(second.execute("run", directory, "--port", 0, "--data", directory.resolve("data")))
        .isEqualTo(3);
    assertThat(second.err())
        .contains(directory.resolve("data").toString())
        .contains(String.valueOf(ProcessHandle.current().pid()))
        .contains("Nothing was started.");
    stop(ended);
  }

  @Test
  void goesOnWithoutTheBrokerOfOneConnector() throws Exception {
    write("endless.json", ENDLESS);
    write("no-broker.json", NO_BROKER);
    CompletableFuture<Integer> ended = start(directory);

    await().atMost(SOON).until(() -> status("endless").at("/counts/delivered").longValue() > 50);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              HttpResponse<String> ready = get("/health/ready");
              assertThat(ready.statusCode()).isEqualTo(503);
              assertThat(ready.body()).contains("no-broker");
            });
    assertThat(status("no-broker").get("state").textValue()).isEqualTo("starting");
    stop(ended);
  }

  private CompletableFuture<Integer> start(Path path) {
    command = new CommandRun();
    CompletableFuture<Integer> ended =
        command.start(
            "run", path, "--port", port, "--data", directory.resolve("data"), "--drain", "5s");
    await().atMost(SOON).ignoreExceptions().until(() -> ended.isDone() || isLive());
    assertThat(ended).as(command.err()).isNotDone();
    return ended;
  }

  private boolean isLive() throws Exception {
    return get("/health/live").statusCode() == 200;
  }

  private void stop(CompletableFuture<Integer> ended) throws Exception {
    command.stop.request();
    assertThat(ended.get(60, TimeUnit.SECONDS)).isZero();
  }

  private JsonNode status(String connector) throws Exception {
    return new ObjectMapper().readTree(get("/connectors/" + connector + "/status").body());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return send("PUT", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(directory.resolve(name), json);
  }
}
