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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log file that grows and is rotated, followed by a worker that is killed at each failpoint and
 * at random. What its writer wrote is what must arrive, in order.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("crash")
class FollowedKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int RANDOM_KILLS = 4;

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "followed",
        "source": { "type": "file", "paths": "app.log", "lines": "json", "rotateWait": "1s" },
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

  @Test
  void losesNoLineWhenKilledAnywhere() throws IOException {
    Files.writeString(folder.resolve("followed.json"), CONNECTOR);
    RotatedLog log = new RotatedLog(folder, random.split());
    try {
      Stream.concat(
              Failpoint.of(Failpoint.When.FOLLOWING),
              Stream.of(Failpoint.STATE_BEFORE_COMMIT, Failpoint.STATE_AFTER_COMMIT))
          .forEach(this::dieAt);
      for (int i = 0; i < RANDOM_KILLS; i++) {
        dieAtRandom(log);
      }
      try (WorkerProcess last = start(null)) {
        int rotations = log.rotations();
        await().atMost(PATIENCE).until(() -> log.rotations() > rotations + 1);
        log.close();
        await().atMost(PATIENCE).until(() -> lines().contains("\"n\":" + (log.written() - 1)));
        last.terminate();
        assertThat(last.awaitEnd()).as("exit code of %s", last).isZero();
      }
    } finally {
      log.close();
    }
    judge(log);
  }

  private void dieAt(Failpoint failpoint) {
    KillPoint point = new KillPoint(failpoint.id(), failpoint.someHit(random), KillPoint.Way.HALT);
    schedule.add(point.toString());
    try (WorkerProcess worker = start(point)) {
      assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    }
  }

  private void dieAtRandom(RotatedLog log) {
    try (WorkerProcess worker = start(null)) {
      int rotations = log.rotations();
      await().atMost(PATIENCE).until(() -> log.rotations() > rotations);
      long afterMs = random.nextLong(700);
      schedule.add("SIGKILL " + afterMs + " ms after a rotation");
      LockSupport.parkNanos(Duration.ofMillis(afterMs).toNanos());
      worker.kill();
    }
  }

  private WorkerProcess start(@Nullable KillPoint point) {
    return WorkerProcess.start(
        new WorkerProcess.Options(
            ++workers,
            folder.resolve("followed.json"),
            folder.resolve("data"),
            folder,
            JVM,
            point));
  }

  private String lines() {
    try {
      Path out = folder.resolve("out.jsonl");
      return Files.exists(out) ? Files.readString(out, UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every line is there, under one id, and first occurrences are in sequence. */
  private void judge(RotatedLog log) throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    int next = 0;
    for (String line : lines().lines().toList()) {
      JsonNode event = JSON.readTree(line);
      int number = event.at("/data/n").intValue();
      assertThat(ids.putIfAbsent(event.get("id").textValue(), number))
          .as("line of %s; %s", line, story())
          .isIn(null, number);
      assertThat(number).as("after %s; %s", next - 1, story()).isLessThanOrEqualTo(next);
      next = Math.max(next, number + 1);
    }
    assertThat(next).as(story()).isEqualTo(log.written());
    System.out.printf(
        "%d lines in %d files, %d arrived; %s%n",
        log.written(), log.rotations() + 1, lines().lines().count(), story());
  }

  private String story() {
    return "seed " + seed + ", killed " + schedule + ", logs in " + folder;
  }
}
