package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one account or function does to others, in a real worker with 16 slots. */
@DisplayName("penstock run, tasks of many")
@Tag("soak")
class TasksFairnessTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int BATCH = 500;
  private static final long EVERY_NS = Duration.ofMillis(20).toNanos();

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "jobs",
        "source": { "type": "tasks", "slots": 16, "accounts": {
          "a": { "keys": ["sha256:%s"] }, "b": { "keys": ["sha256:%s"] } } },
        "routes": {
          "good": { "function": { "type": "java", "handler": "io.penstock.server.cli.TimedTask",
                                  "timeout": "20m",
                                  "concurrency": { "algorithm": "fixed", "max": 64 } } },
          "bad": { "function": { "type": "java", "handler": "io.penstock.server.cli.TimedTask",
                                 "timeout": "20m",
                                 "concurrency": { "algorithm": "fixed", "max": 64 } },
                   "retry": { "maxAttempts": 1 } } } }
      """;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final CommandRun command = new CommandRun();
  private final AtomicInteger ids = new AtomicInteger();
  private CompletableFuture<Integer> ended;
  private int port;

  @BeforeEach
  void start() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path file = directory.resolve("jobs.json");
    Files.writeString(file, CONNECTOR.formatted(hash("key-a"), hash("key-b")));
    ended = command.start("run", file, "--data", directory.resolve("data"), "--port", port);
    await().atMost(SOON).ignoreExceptions().until(() -> p99Ms("b", "good", 1) >= 0);
    p99Ms("b", "good", 200); // a warm-up
  }

  @AfterEach
  void end() throws Exception {
    command.stop.request();
    ended.get(60, TimeUnit.SECONDS);
  }

  private static String hash(String key) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    return HexFormat.of().formatHex(hash);
  }

  private String ask(String account, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/sources/jobs" + path))
            .header("Authorization", "Bearer key-" + account)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
    return answer.body();
  }

  private void flood(String account, String function, int count, long ms) throws Exception {
    for (int done = 0; done < count; done += BATCH) {
      List<String> tasks = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        tasks.add("{\"function\":\"" + function + "\",\"text\":\"" + ms + "\"}");
      }
      ask(account, "POST", "/tasks", "{\"tasks\":[" + String.join(",", tasks) + "]}");
    }
  }

  /** Hands in a task every 20 ms; from before that to their starts. */
  private double p99Ms(String account, String function, int count) throws Exception {
    List<Long> handedIn = new ArrayList<>();
    List<String> names = new ArrayList<>();
    long next = System.nanoTime();
    for (int i = 0; i < count; i++) {
      LockSupport.parkNanos(next - System.nanoTime());
      next += EVERY_NS;
      String id = "t" + ids.incrementAndGet();
      names.add(id);
      handedIn.add(System.nanoTime());
      ask(
          account,
          "POST",
          "/tasks",
          "{\"function\":\"" + function + "\",\"id\":\"" + id + "\",\"text\":\"0\"}");
    }
    await().atMost(SOON).until(() -> TimedTask.STARTED_NS.keySet().containsAll(names));
    double[] took = new double[count];
    for (int i = 0; i < count; i++) {
      took[i] = (TimedTask.STARTED_NS.get(names.get(i)) - handedIn.get(i)) / 1e6;
    }
    Arrays.sort(took);
    return took[(int) Math.ceil(count * 0.99) - 1];
  }

  @Test
  void aNewcomerBesideAFloodOfShortTasks() throws Exception {
    flood("a", "good", 20_000, 5);
    double p99 = p99Ms("b", "good", 150);
    System.out.printf("beside 20,000 tasks of 5 ms: p99 %.1f ms%n", p99);
    assertThat(p99).isLessThan(100);
  }

  @Test
  void aNewcomerBesideTasksOfTenMinutes() throws Exception {
    flood("a", "good", 1_000, 600_000);
    double p99 = p99Ms("b", "good", 150);
    System.out.printf("beside tasks of ten minutes: p99 %.1f ms%n", p99);
    assertThat(p99).isLessThan(100);
  }

  /** Its queue is taken back when nothing was in it for five minutes. */
  @Test
  void aFunctionThatFailsAlwaysAndItsNeighbour() throws Exception {
    neighbours("failing", 10_000, -40);
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> ask("a", "GET", "/functions/bad", "").contains("\"failed\":10000"));
    long begin = System.nanoTime();
    await()
        .atMost(Duration.ofMinutes(6))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> !ask("a", "GET", "/queues", "").contains("function-a-bad"));
    double afterS = (System.nanoTime() - begin) / 1e9;
    System.out.printf("failing: its queue was taken back after %.0f s%n", afterS);
    assertThat(afterS).isBetween(295.0, 330.0);
  }

  @Test
  void aFunctionThatHangsAlwaysAndItsNeighbour() throws Exception {
    neighbours("hanging", 1_000, 600_000);
  }

  private void neighbours(String what, int count, long ms) throws Exception {
    double quiet = p99Ms("a", "good", 300);
    flood("a", "bad", count, ms);
    long begin = System.nanoTime();
    await()
        .atMost(SOON)
        .until(
            () -> {
              p99Ms("a", "good", 20); // somebody has to be hurt by it
              return ask("a", "GET", "/queues", "").contains("function-a-bad");
            });
    double movedAfter = (System.nanoTime() - begin) / 1e9;
    double after = awaitP99(1.5 * quiet);
    System.out.printf(
        "%s: quiet p99 %.1f ms; moved after %.1f s; then p99 %.1f ms%n",
        what, quiet, movedAfter, after);
    assertThat(movedAfter).isLessThan(10);
  }

  private double awaitP99(double most) {
    double[] last = new double[1];
    await()
        .atMost(SOON)
        .until(
            () -> {
              last[0] = p99Ms("a", "good", 200);
              return last[0] <= most;
            });
    return last[0];
  }
}
