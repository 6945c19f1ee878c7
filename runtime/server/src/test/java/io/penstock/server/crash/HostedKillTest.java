package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka's file source, hosted by a worker that is killed at each failpoint and at random. What was
 * written is what must arrive, in order, and the same line always under the same id.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostedKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RANDOM_KILLS = 2;
  private static final int LINES_A_START = 400;

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "hosted",
        "source": { "type": "kafka-connect", "plugin": "FileStreamSource",
                    "properties": { "file": "FOLDER/in.txt", "topic": "lines",
                      "value.converter": "org.apache.kafka.connect.storage.StringConverter" } },
        "delivery": { "order": "lane", "commitInterval": "20ms" },
        "onSuccess": [ { "type": "file", "path": "out.jsonl" } ] }
      """;

  private static final List<String> JVM =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<String> schedule = new ArrayList<>();
  private int workers;
  private int written;

  @Test
  void losesNoRecordWhenKilledAnywhere() throws IOException {
    Files.writeString(
        folder.resolve("hosted.json"), CONNECTOR.replace("FOLDER", folder.toString()));
    Failpoint.of(Failpoint.When.HOSTING).forEach(this::dieAt);
    for (int i = 0; i < RANDOM_KILLS; i++) {
      dieAtRandom();
    }
    try (WorkerProcess last = start(null)) {
      await().atMost(PATIENCE).until(() -> out().contains("\"data\":\"" + (written - 1) + "\""));
      last.terminate();
      assertThat(last.awaitEnd()).as("exit code of %s", last).isZero();
    }
    judge();
  }

  private void dieAt(Failpoint failpoint) {
    KillPoint point = new KillPoint(failpoint.id(), failpoint.someHit(random), KillPoint.Way.HALT);
    schedule.add(point.toString());
    try (WorkerProcess worker = start(point)) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .pollInSameThread()
          .until(
              () -> {
                write(20);
                return !worker.isAlive();
              });
      assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    }
  }

  private void dieAtRandom() {
    int before = out().length();
    try (WorkerProcess worker = start(null)) {
      await().atMost(PATIENCE).until(() -> out().length() > before);
      long afterMs = random.nextLong(200);
      schedule.add("SIGKILL after " + afterMs + " ms");
      LockSupport.parkNanos(Duration.ofMillis(afterMs).toNanos());
      worker.kill();
    }
  }

  private void write(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(written++).append('\n');
    }
    try {
      Files.writeString(
          folder.resolve("in.txt"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WorkerProcess start(@Nullable KillPoint point) {
    write(LINES_A_START);
    return WorkerProcess.start(
        new WorkerProcess.Options(
            ++workers, folder.resolve("hosted.json"), folder.resolve("data"), folder, JVM, point));
  }

  private String out() {
    try {
      Path out = folder.resolve("out.jsonl");
      return Files.exists(out) ? Files.readString(out, UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every line is there, under one id, and first occurrences are in sequence. */
  private void judge() throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    int next = 0;
    for (String line : out().lines().toList()) {
      JsonNode event = JSON.readTree(line);
      int number = Integer.parseInt(event.get("data").textValue());
      assertThat(ids.putIfAbsent(event.get("id").textValue(), number))
          .as("line of %s; %s", line, story())
          .isIn(null, number);
      assertThat(number).as("after %s; %s", next - 1, story()).isLessThanOrEqualTo(next);
      next = Math.max(next, number + 1);
    }
    assertThat(next).as(story()).isEqualTo(written);
    assertThat(ids).as("one id a line; %s", story()).hasSize(written);
  }

  private String story() {
    return "seed " + seed + ", killed " + schedule + ", logs in " + folder;
  }
}
