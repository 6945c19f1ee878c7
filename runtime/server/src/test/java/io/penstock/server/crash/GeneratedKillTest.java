package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** From a source that keeps its progress in the worker's folder to a file, killed at each failpoint. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GeneratedKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int COUNT = 12_000;
  private static final int LANES = 3;
  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "generated",
        "source": { "type": "generate", "count": 12000, "rate": 4000, "lanes": 3,
                    "template": { "lane": "{{lane}}", "position": "{{position}}" } },
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
  private final List<KillPoint> schedule = new ArrayList<>();
  private int workers;

  @Test
  void losesNothingWhenKilledAtEachFailpoint() throws IOException {
    Files.writeString(folder.resolve("generated.json"), CONNECTOR);
    Stream.concat(
            Failpoint.of(Failpoint.When.GENERATING),
            Stream.of(Failpoint.STATE_BEFORE_COMMIT, Failpoint.STATE_AFTER_COMMIT))
        .forEach(this::dieAt);
    try (WorkerProcess last = start(null)) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(JsonProcessingException.class) // a line half written
          .until(
              () ->
                  last.status("generated").at("/counts/delivered").longValue() > 0
                      && last.status("generated").at("/window/events").longValue() == 0
                      && events() >= COUNT);
      last.terminate();
      assertThat(last.awaitEnd()).as("exit code of %s", last).isZero();
    }
    judge(lines());
  }

  private void dieAt(Failpoint failpoint) {
    KillPoint point = new KillPoint(failpoint.id(), failpoint.someHit(random), KillPoint.Way.HALT);
    schedule.add(point);
    try (WorkerProcess worker = start(point)) {
      assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    }
  }

  private WorkerProcess start(KillPoint point) {
    return WorkerProcess.start(
        new WorkerProcess.Options(
            ++workers,
            folder.resolve("generated.json"),
            folder.resolve("data"),
            folder,
            JVM,
            point));
  }

  /** How many arrived, each counted once. */
  private long events() throws IOException {
    Set<String> ids = new HashSet<>();
    for (String line : lines()) {
      ids.add(JSON.readTree(line).get("id").textValue());
    }
    return ids.size();
  }

  private List<String> lines() throws IOException {
    Path out = folder.resolve("out.jsonl");
    return Files.exists(out) ? Files.readAllLines(out, UTF_8) : List.of();
  }

  /** Every event is there, under one id, and each lane's first occurrences are in sequence. */
  private void judge(List<String> lines) throws IOException {
    Map<String, String> places = new HashMap<>();
    Map<Integer, Integer> next = new HashMap<>();
    for (String line : lines) {
      JsonNode event = JSON.readTree(line);
      int lane = event.at("/data/lane").intValue();
      int position = event.at("/data/position").intValue();
      String place = lane + "/" + position;
      assertThat(places.putIfAbsent(event.get("id").textValue(), place))
          .as("place of %s; %s", line, story())
          .isIn(null, place);
      int expected = next.getOrDefault(lane, 0);
      assertThat(position)
          .as("after %s came %s; %s", expected - 1, line, story())
          .isLessThanOrEqualTo(expected);
      next.put(lane, Math.max(expected, position + 1));
    }
    assertThat(places).as(story()).hasSize(COUNT);
    assertThat(next).hasSize(LANES);
  }

  private String story() {
    return "seed " + seed + ", killed " + schedule + ", logs in " + folder;
  }
}
