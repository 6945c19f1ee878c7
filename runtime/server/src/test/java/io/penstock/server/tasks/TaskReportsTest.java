package io.penstock.server.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.penstock.engine.codec.JsonCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends that no function has brought about, in a whole worker: the sinks of the function are told. */
class TaskReportsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicInteger calls = new AtomicInteger();

  @TempDir Path folder;
  private HttpServer function;

  @BeforeEach
  void startFunction() throws IOException {
    function = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    function.createContext("/", exchange -> calls.incrementAndGet()); // it never answers
    function.start();
  }

  @AfterEach
  void stopFunction() {
    function.stop(0);
  }

  private String definition() {
    return "{\"function\":{\"type\":\"http\",\"url\":\"http://127.0.0.1:"
        + function.getAddress().getPort()
        + "/\"},\"onFailure\":[{\"type\":\"file\",\"path\":\"dead.jsonl\"}],"
        + "\"onStop\":[{\"type\":\"file\",\"path\":\"stopped.jsonl\"}]}";
  }

  private List<Map<?, ?>> lines(String file) {
    List<Map<?, ?>> events = new ArrayList<>();
    try {
      Path path = folder.resolve(file);
      String text = Files.exists(path) ? Files.readString(path) : "";
      text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .forEach(line -> events.add((Map<?, ?>) new JsonCodec().decode(line.getBytes(UTF_8))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return events;
  }

  private Map<?, ?> awaitLine(String file, String id) {
    await().atMost(PATIENCE).until(() -> find(file, id).size() == 1);
    return find(file, id).get(0);
  }

  private List<Map<?, ?>> find(String file, String id) {
    return lines(file).stream().filter(event -> id.equals(event.get("id"))).toList();
  }

  private static void awaitOpen(TasksWorker worker) {
    await().atMost(PATIENCE).until(() -> worker.ask("GET", "/functions", "").status() == 200);
  }

  private static void awaitDelivery(TasksWorker worker, String id, String delivery) {
    await()
        .atMost(PATIENCE)
        .until(() -> delivery.equals(worker.good("GET", "/tasks/" + id, "").get("delivery")));
  }

  private static void submit(TasksWorker worker, String id, String more) {
    worker.good(
        "POST",
        "/tasks",
        "{\"function\":\"work\",\"id\":\"" + id + "\",\"data\":{\"n\":1}" + more + "}");
  }

  @Test
  void whatIsStoppedOrExpiresIsTold() throws Exception {
    try (TasksWorker worker =
        TasksWorker.start(folder, ",\"routes\":{\"work\":" + definition() + "}")) {
      awaitOpen(worker);
      submit(worker, "running", "");
      await().atMost(PATIENCE).until(() -> calls.get() == 1);
      submit(worker, "waiting", ",\"delay\":\"1h\"");
      assertThat(worker.ask("POST", "/functions/work/pause", "").status()).isLessThan(300);
      submit(worker, "late", ",\"maxAge\":\"1s\"");
      worker.good("POST", "/tasks/waiting/stop", "");
      worker.good("POST", "/tasks/running/stop", "");

      Map<?, ?> stopped = awaitLine("stopped.jsonl", "waiting/stopped");
      assertThat(stopped.get("type")).isEqualTo("io.penstock.task.stopped.v1");
      assertThat(stopped.get("source")).isEqualTo("/tasks/default");
      assertThat(stopped.get("subject")).isEqualTo("work");
      assertThat(stopped.get("penstocktask")).isEqualTo("waiting");
      assertThat(stopped.get("penstockstoppedby")).isEqualTo("default");
      assertThat(String.valueOf(stopped.get("data"))).isEqualTo("{n=1}");
      awaitLine("stopped.jsonl", "running/stopped");
      awaitDelivery(worker, "waiting", "delivered");
      awaitDelivery(worker, "running", "delivered");

      Map<?, ?> letter = awaitLine("dead.jsonl", "late/dead");
      assertThat(letter.get("type")).isEqualTo("io.penstock.deadletter.v1");
      assertThat(letter.get("penstockcause")).isEqualTo("EXPIRED");
      Map<?, ?> data = (Map<?, ?>) letter.get("data");
      assertThat(((Map<?, ?>) data.get("original")).get("value"))
          .isEqualTo(Base64.getEncoder().encodeToString("{\"n\":1}".getBytes(UTF_8)));
      awaitDelivery(worker, "late", "deadLettered");
      assertThat(worker.good("GET", "/tasks/late", "").get("state")).isEqualTo("expired");
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void aRegisteredFunctionMayHaveThemToo() throws Exception {
    try (TasksWorker worker = TasksWorker.start(folder, "")) {
      awaitOpen(worker);
      worker.good(
          "PUT", "/admin/accounts/default/functions/work", "{\"definition\":" + definition() + "}");
      submit(worker, "a", ",\"delay\":\"1h\"");
      worker.good("POST", "/tasks/a/stop", "");
      awaitLine("stopped.jsonl", "a/stopped");
      awaitDelivery(worker, "a", "delivered");
      assertThat(calls).hasValue(0);
    }
  }
}
