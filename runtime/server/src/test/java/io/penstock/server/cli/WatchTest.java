package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, a real worker. */
@DisplayName("penstock run --watch")
class WatchTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String STREAM =
      """
      { "apiVersion": "penstock/v1", "name": "NAME",
        "source": { "type": "generate", "rate": 100, "template": { "said": "WORD" } },
        "onSuccess": [ { "type": "file", "path": "../NAME.out", "format": "data" } ] }
      """;

  private static final String RECEIVER =
      """
      { "apiVersion": "penstock/v1", "name": "receiver", "source": { "type": "http", "apiKey": { "keys": ["KEY-KEY-KEY-KEY-KEY"] } },
        "onSuccess": [ { "type": "file", "path": "../receiver.out" } ] }
      """;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final CommandRun command = new CommandRun();
  private Path connectors;
  private CompletableFuture<Integer> ended;
  private int port;

  @BeforeEach
  void prepare() throws IOException {
    connectors = Files.createDirectory(directory.resolve("connectors"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws Exception {
    command.stop.request();
    assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
    await()
        .atMost(SOON)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("penstock-")));
  }

  @Test
  void restartsWhatChangedAndNothingElse() throws Exception {
    write("a", "one");
    write("b", "one");
    start(connectors);
    await().atMost(SOON).until(() -> has("a", "one") && has("b", "one"));
    long before = received("b");

    write("a", "two");

    await().atMost(SOON).until(() -> has("a", "two"));
    assertThat(received("b")).as("b went on counting").isGreaterThanOrEqualTo(before);
    assertThat(command.out())
        .contains("{\"what\":\"restarted\",\"name\":\"a\"}\n")
        .doesNotContain("\"name\":\"b\"");
  }

  @Test
  void keepsWhatRunsWhileAFileIsNotValid() throws Exception {
    write("a", "one");
    start(connectors);
    await().atMost(SOON).until(() -> has("a", "one"));

    Path file = connectors.resolve("a.json");
    Files.writeString(file, STREAM.replace("generate", "genrate"));
    await().atMost(SOON).until(() -> kept(file.toString()) == 1);
    long before = received("a");
    await().atMost(SOON).until(() -> received("a") > before + 10);

    write("b", "new"); // what is wrong in one file holds up no other
    await().atMost(SOON).until(() -> has("b", "new"));

    write("a", "two");
    await().atMost(SOON).until(() -> has("a", "two"));
  }

  @Test
  void keepsWhatRunsIfTheNewOneCanNotBeMade() throws Exception {
    write("a", "one");
    start(connectors);
    await().atMost(SOON).until(() -> has("a", "one"));

    Files.writeString(
        connectors.resolve("a.json"),
        STREAM
            .replace("NAME", "a")
            .replace(
                "\"onSuccess\"",
                "\"function\": { \"type\": \"java\", \"handler\": \"com.example.Gone\" },"
                    + " \"onSuccess\""));
    await().atMost(SOON).until(() -> kept("a") == 1);
    long before = received("a");
    await().atMost(SOON).until(() -> received("a") > before + 10);
  }

  @Test
  void isNotMisledByHowEditorsWrite() throws Exception {
    write("a", "one");
    start(connectors);
    await().atMost(SOON).until(() -> has("a", "one"));
    Path file = connectors.resolve("a.json");

    // Its lock in the style of Emacs: a link that leads nowhere.
    Files.createSymbolicLink(connectors.resolve(".#a.json"), Path.of("someone@somewhere"));
    String text = stream("a", "two");
    Files.writeString(file, text.substring(0, text.length() / 2));
    await().atMost(SOON).until(() -> kept(file.toString()) == 1);
    Path aside = Files.writeString(connectors.resolve("a.json~"), text);
    Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    await().atMost(SOON).until(() -> has("a", "two"));

    Files.writeString(file, stream("a", "three"));
    Files.writeString(file, stream("a", "four"));
    await().atMost(SOON).until(() -> has("a", "four"));
    assertThat(command.out())
        .as("told once, and nothing stopped")
        .satisfies(out -> assertThat(kept(file.toString())).isEqualTo(1))
        .doesNotContain("\"stopped\"", "#");
  }

  @Test
  void takesWhatChangesAgainWhileTheOldOneStops() throws Exception {
    Path file = connectors.resolve("a.json");
    String stuck =
        stream("a", "one")
            .replace(
                "\"onSuccess\"",
                "\"function\": { \"type\": \"java\", \"handler\": \"io.penstock.server.cli.Stuck\""
                    + " }, \"onSuccess\"");
    Files.writeString(file, stuck);
    start(connectors);
    await().atMost(SOON).until(() -> received("a") > 0);

    Files.writeString(file, stream("a", "two"));
    await().atMost(SOON).until(() -> status("a").body().contains("\"stopping\""));
    Files.writeString(
        connectors.resolve("b.json"),
        stuck
            .replace("\"a\"", "\"b\"")
            .replace("io.penstock.server.cli.Stuck", "com.example.Gone"));
    Files.writeString(file, stream("a", "three"));

    await().atMost(SOON).until(() -> has("a", "three"));
    assertThat(kept("b")).as("told once, however often we looked").isEqualTo(1);
  }

  /** Nothing that was accepted is lost by restarts, however they fall. */
  @Test
  void losesNothingByARestart() throws Exception {
    Path file = connectors.resolve("receiver.json");
    String receiver =
        RECEIVER.replace("\"../receiver.out\"", "\"../receiver.out\", \"format\": \"data\"");
    Files.writeString(file, receiver);
    start(connectors);
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !enough.get(); i++) {
                String event = "{\"number\":" + i + "}";
                if (send("KEY-KEY-KEY-KEY-KEY", event) == 202) {
                  accepted.add(event);
                }
              }
            });

    for (int restart = 1; restart <= 3; restart++) {
      int before = accepted.size();
      await().atMost(SOON).until(() -> accepted.size() > before + 50);
      Files.writeString(
          file, receiver.replace("\"source\"", "\"description\": \"" + restart + "\", \"source\""));
      int times = restart;
      await().atMost(SOON).until(() -> times(command.out(), "\"restarted\"") == times);
    }
    int before = accepted.size();
    await().atMost(SOON).until(() -> accepted.size() > before + 50);
    enough.set(true);
    sending.get(30, TimeUnit.SECONDS);

    Path out = directory.resolve("receiver.out");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(Files.readAllLines(out)).containsAll(accepted));
  }

  @Test
  void followsAFolder() throws Exception {
    write("a", "one");
    start(connectors);
    await().atMost(SOON).until(() -> has("a", "one"));

    write("b", "one");
    await().atMost(SOON).until(() -> has("b", "one"));
    assertThat(command.out()).contains("{\"what\":\"started\",\"name\":\"b\"}");

    Files.delete(connectors.resolve("a.json"));
    await().atMost(SOON).until(() -> status("a").statusCode() == 404);
    await()
        .atMost(SOON)
        .until(() -> command.out().contains("{\"what\":\"stopped\",\"name\":\"a\"}"));

    Files.delete(connectors.resolve("b.json")); // the last one: the worker goes on
    await().atMost(SOON).until(() -> status("b").statusCode() == 404);
    write("b", "again");
    await().atMost(SOON).until(() -> has("b", "again"));
  }

  @Test
  void seesEachConnectorOfAFile() throws Exception {
    Path file = connectors.resolve("both.json");
    Files.writeString(file, "[" + stream("a", "one") + "," + stream("b", "one") + "]");
    start(file);
    await().atMost(SOON).until(() -> has("a", "one") && has("b", "one"));

    Files.writeString(file, "[" + stream("b", "two") + "," + stream("c", "one") + "]");

    await().atMost(SOON).until(() -> has("b", "two") && has("c", "one"));
    await().atMost(SOON).until(() -> status("a").statusCode() == 404);
    Files.delete(file);
    await().atMost(SOON).until(() -> status("b").statusCode() == 404);
  }

  @Test
  void takesTheNewJarOfAFunction() throws Exception {
    Path jar = directory.resolve("f.jar");
    Files.writeString(
        connectors.resolve("a.json"),
        stream("a", "one")
            .replace(
                "\"onSuccess\"",
                "\"function\": { \"type\": \"java\", \"jar\": \"../f.jar\", \"handler\": \"F\" },"
                    + " \"onSuccess\""));
    function(jar, "before");
    start(connectors);
    await().atMost(SOON).until(() -> has("a", "before"));

    function(jar, "after");

    await().atMost(SOON).until(() -> has("a", "after"));

    function(directory.resolve("g.jar"), "elsewhere");
    Path file = connectors.resolve("a.json");
    Files.writeString(file, Files.readString(file).replace("f.jar", "g.jar"));
    await().atMost(SOON).until(() -> has("a", "elsewhere"));
  }

  /** A jar with a function that answers this word to everything. */
  private void function(Path jar, String word) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(word));
    Path source =
        Files.writeString(
            folder.resolve("F.java"),
            """
            public final class F implements io.penstock.functions.EventHandler<String, java.util.Map<String, String>> {
              @Override
              public java.util.Map<String, String> handle(String input, io.penstock.functions.Context context) {
                return java.util.Map.of("said", "%s");
              }
            }
            """
                .formatted(word));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(code).isZero();
    Path made = folder.resolve("made.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(made))) {
      zip.putNextEntry(new ZipEntry("F.class"));
      Files.copy(folder.resolve("F.class"), zip);
    }
    Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void mountsTheRoutesOfSources() throws Exception {
    write("a", "one");
    start(connectors);
    assertThat(send("KEY-KEY-KEY-KEY-KEY")).isEqualTo(404);

    Files.writeString(connectors.resolve("receiver.json"), RECEIVER);
    await().atMost(SOON).until(() -> send("KEY-KEY-KEY-KEY-KEY") == 202);

    Files.writeString(connectors.resolve("receiver.json"), RECEIVER.replace("KEY-KEY", "NEW-KEY"));
    await().atMost(SOON).until(() -> send("NEW-KEY-NEW-KEY-KEY") == 202);
    assertThat(send("KEY-KEY-KEY-KEY-KEY")).isEqualTo(401);

    Files.delete(connectors.resolve("receiver.json"));
    await().atMost(SOON).until(() -> send("NEW-KEY-NEW-KEY-KEY") == 404);
  }

  private void start(Path path) throws Exception {
    ended =
        command.start(
            "run",
            path,
            "--watch",
            "--json",
            "--port",
            port,
            "--data",
            directory.resolve("data"),
            "--drain",
            "5s");
    await().atMost(SOON).until(() -> ended.isDone() || command.out().contains("\"started\":"));
    assertThat(ended).as(command.err()).isNotDone();
  }

  private static String stream(String name, String word) {
    return STREAM.replace("NAME", name).replace("WORD", word);
  }

  private void write(String name, String word) throws IOException {
    Files.writeString(connectors.resolve(name + ".json"), stream(name, word));
  }

  private boolean has(String name, String word) throws IOException {
    Path out = directory.resolve(name + ".out");
    return Files.exists(out) && Files.readString(out).contains("\"" + word + "\"");
  }

  private long received(String name) throws Exception {
    JsonNode status = new ObjectMapper().readTree(status(name).body());
    return status.at("/counts/received").longValue();
  }

  private HttpResponse<String> status(String name) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("/connectors/" + name + "/status")).build(),
        BodyHandlers.ofString());
  }

  private int send(String key) {
    return send(key, "{}");
  }

  private int send(String key, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/sources/receiver/events"))
            .header("Content-Type", "application/json")
            .header("X-Api-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending", e);
    }
  }

  private int kept(String name) {
    return times(command.out(), "{\"what\":\"kept\",\"name\":\"" + name + "\"}");
  }

  private static int times(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
