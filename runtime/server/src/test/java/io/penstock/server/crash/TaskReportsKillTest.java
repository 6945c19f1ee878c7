package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks come to an end that no function has brought about, and the worker is killed before anybody was
 * told: the next one tells.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("crash")
class TaskReportsKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> JVM =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private int workers;

  private WorkerProcess start(@Nullable KillPoint point) {
    return WorkerProcess.start(
        new WorkerProcess.Options(
            ++workers, folder.resolve("jobs.json"), folder.resolve("data"), folder, JVM, point));
  }

  private void connector(String url) throws IOException {
    Files.writeString(
        folder.resolve("jobs.json"),
        """
        { "apiVersion": "penstock/v1", "name": "jobs", "source": { "type": "tasks" },
          "routes": { "work": {
            "function": { "type": "http", "url": "%s", "timeout": "10m" },
            "onFailure": [ { "type": "file", "path": "dead.jsonl" } ],
            "onStop": [ { "type": "file", "path": "stopped.jsonl" } ] } } }
        """
            .formatted(url));
  }

  private List<JsonNode> lines(String file) {
    List<JsonNode> events = new ArrayList<>();
    try {
      Path path = folder.resolve(file);
      String text = Files.exists(path) ? Files.readString(path, UTF_8) : "";
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        events.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return events;
  }

  private static void post(WorkerProcess worker, String path, String body) throws IOException {
    assertThat(worker.post("/sources/jobs" + path, body)).as(path).isBetween(200, 299);
  }

  /** A task that waits, and is stopped: the worker dies somewhere behind that. */
  private void stopAndDie(String id, String failpoint) throws IOException {
    try (WorkerProcess worker = start(new KillPoint(failpoint, 1, KillPoint.Way.HALT))) {
      post(worker, "/functions/work/pause", "");
      post(worker, "/tasks", "{\"function\":\"work\",\"id\":\"" + id + "\",\"data\":1}");
      try {
        worker.post("/sources/jobs/tasks/" + id + "/stop", "");
      } catch (IOException e) {
        assertThat(worker.awaitEnd()).isEqualTo(KillSwitch.KILLED); // before it could answer
      }
      assertThat(worker.awaitEnd()).as("%s", worker).isEqualTo(KillSwitch.KILLED);
    }
  }

  @Test
  void whatWasStoppedIsToldByTheNextWorker() throws IOException {
    connector("http://127.0.0.1:9/");
    List<Failpoint> failpoints = Failpoint.of(Failpoint.When.STOPPING_TASKS).toList();
    for (Failpoint failpoint : failpoints) {
      stopAndDie(failpoint.id(), failpoint.id());
      assertThat(lines("stopped.jsonl")).isEmpty();
    }
    try (WorkerProcess next = start(null)) {
      await().atMost(PATIENCE).until(() -> lines("stopped.jsonl").size() == failpoints.size());
      JsonNode told = lines("stopped.jsonl").get(0);
      assertThat(told.get("id").asText()).isEqualTo(failpoints.get(0).id() + "/stopped");
      assertThat(told.get("type").asText()).isEqualTo("io.penstock.task.stopped.v1");
      assertThat(told.get("penstockstoppedby").asText()).isEqualTo("default");
      assertThat(next.isAlive()).isTrue();
    }

    // Told, and killed before that was kept: told again, under the same id.
    stopAndDie("again", Failpoint.TASKS_BEFORE_SETTLE.id());
    try (WorkerProcess next = start(null)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(lines("stopped.jsonl"))
                      .extracting(event -> event.get("id").asText())
                      .endsWith("again/stopped", "again/stopped"));
      assertThat(next.isAlive()).isTrue();
    }
  }

  @Test
  void whatWasLostWithThreeWorkersIsADeadLetter() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    HttpServer function =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    function.createContext("/", exchange -> calls.incrementAndGet()); // and no answer
    function.start();
    try {
      connector("http://127.0.0.1:" + function.getAddress().getPort() + "/");
      for (int i = 1; i <= 3; i++) {
        int call = i;
        try (WorkerProcess worker = start(null)) {
          if (i == 1) {
            post(worker, "/tasks", "{\"function\":\"work\",\"id\":\"p\",\"data\":{\"w\":1}}");
          }
          await().atMost(PATIENCE).until(() -> calls.get() == call);
          worker.kill();
        }
      }
      try (WorkerProcess last = start(null)) {
        await().atMost(PATIENCE).until(() -> !lines("dead.jsonl").isEmpty());
        JsonNode letter = lines("dead.jsonl").get(0);
        assertThat(letter.get("id").asText()).isEqualTo("p/dead");
        JsonNode data = letter.get("data");
        assertThat(data.get("cause").get("code").asText()).isEqualTo("QUARANTINED");
        assertThat(data.get("cause").get("text").asText()).contains("3 attempts");
        assertThat(data.get("attempts").asInt()).isEqualTo(3);
        assertThat(calls).hasValue(3);
        assertThat(last.isAlive()).isTrue();
      }
    } finally {
      function.stop(0);
    }
  }
}
