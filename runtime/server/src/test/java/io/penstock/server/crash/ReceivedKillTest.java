package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events sent over HTTP to a worker that is killed at each failpoint and at random. The senders know
 * what was answered with 202, and that is what must arrive.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("crash")
class ReceivedKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int SENDERS = 6;
  private static final int RANDOM_KILLS = 6;

  /** A small backlog makes many files, which are removed while others are written. */
  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "received",
        "source": { "type": "http", "maxBody": "64KiB", "maxBacklog": "1MiB",
                    "attributes": { "id": "X-Id" } },
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
  void losesNothingThatWasAcceptedWhenKilledAnywhere() throws IOException {
    Files.writeString(folder.resolve("received.json"), CONNECTOR);
    try (Senders senders = new Senders(SENDERS)) {
      Stream.concat(
              Failpoint.of(Failpoint.When.RECEIVING),
              Stream.of(Failpoint.STATE_BEFORE_COMMIT, Failpoint.STATE_AFTER_COMMIT))
          .forEach(failpoint -> dieAt(failpoint, senders));
      for (int i = 0; i < RANDOM_KILLS; i++) {
        dieAtRandom(senders);
      }
      try (WorkerProcess last = start(null)) {
        senders.sendTo(last);
        int before = senders.acceptedInAll();
        await().atMost(PATIENCE).until(() -> senders.acceptedInAll() > before + 100);
        senders.close();
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    last.status("received").at("/lanes/0/lag").longValue() == 0
                        && last.status("received").at("/window/events").longValue() == 0);
        last.terminate();
        assertThat(last.awaitEnd()).as("exit code of %s", last).isZero();
      }
      judge(senders);
    }
  }

  private void dieAt(Failpoint failpoint, Senders senders) {
    KillPoint point = new KillPoint(failpoint.id(), failpoint.someHit(random), KillPoint.Way.HALT);
    schedule.add(point.toString());
    try (WorkerProcess worker = start(point)) {
      senders.sendTo(worker);
      assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    }
  }

  private void dieAtRandom(Senders senders) {
    try (WorkerProcess worker = start(null)) {
      int before = senders.acceptedInAll();
      senders.sendTo(worker);
      await().atMost(PATIENCE).until(() -> senders.acceptedInAll() > before);
      long afterMs = random.nextLong(500);
      schedule.add("SIGKILL after " + afterMs + " ms");
      LockSupport.parkNanos(Duration.ofMillis(afterMs).toNanos());
      worker.kill();
    }
  }

  private WorkerProcess start(KillPoint point) {
    return WorkerProcess.start(
        new WorkerProcess.Options(
            ++workers,
            folder.resolve("received.json"),
            folder.resolve("data"),
            folder,
            JVM,
            point));
  }

  /** Of each sender everything is there that was accepted, and first occurrences are in sequence. */
  private void judge(Senders senders) throws IOException {
    int[] next = new int[SENDERS];
    int events = 0;
    for (String line : Files.readAllLines(folder.resolve("out.jsonl"), UTF_8)) {
      JsonNode event = JSON.readTree(line);
      int sender = event.at("/data/sender").intValue();
      int number = event.at("/data/number").intValue();
      assertThat(event.get("id").textValue()).isEqualTo(sender + "-" + number);
      assertThat(number)
          .as("of sender %s came after %s; %s", sender, next[sender] - 1, story())
          .isLessThanOrEqualTo(next[sender]);
      next[sender] = Math.max(next[sender], number + 1);
      events++;
    }
    for (int sender = 0; sender < SENDERS; sender++) {
      assertThat(next[sender])
          .as("events of sender %s; %s", sender, story())
          .isBetween(senders.accepted(sender), senders.accepted(sender) + 1);
    }
    System.out.printf("%d accepted, %d arrived; %s%n", senders.acceptedInAll(), events, story());
  }

  private String story() {
    return "seed " + seed + ", killed " + schedule + ", logs in " + folder;
  }
}
