package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.engine.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A function that takes a second, and far more events of 1 MiB than fit into memory: the heap has
 * little room beside the 64 MiB that a connector may use by default.
 */
@KafkaTest
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SlowFunctionTest {

  private static final int SHORT = 300;
  private static final int LONG = 3_000;
  private static final int PORTION = 20;
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final long MEMORY = 64L << 20;
  private static final List<String> JVM =
      List.of(
          "-Xmx112m",
          "-XX:MaxDirectMemorySize=16m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Tag("crash")
  @Test
  void keepsItsPartitionsAndItsMemory(KafkaCluster cluster) {
    carry(SHORT, cluster);
  }

  @Tag("soak")
  @Test
  void keepsItsPartitionsAndItsMemoryForMinutes(KafkaCluster cluster) {
    carry(LONG, cluster);
  }

  private void carry(int events, KafkaCluster cluster) {
    Setup setup =
        Setup.large(Order.KEY, Stamp.Slow.class).withSource("max.poll.interval.ms", "10000");
    long seed = System.nanoTime();
    try (CrashRun run = new CrashRun(cluster.bootstrapServers(), folder, setup, JVM, seed)) {
      for (int fed = 0; fed < events; fed += PORTION) {
        run.feed(PORTION);
      }
      WorkerProcess worker = run.start(null);
      run.awaitShared(worker);
      Set<String> members = run.memberIds();
      assertThat(members).hasSize(1);
      run.awaitAllCommitted(LIMIT, () -> assertBounded(worker.status(Topics.CONNECTOR)));
      assertThat(run.memberIds()).as(run::story).isEqualTo(members);
      run.stop(worker);
      run.judge();
      System.out.println(run.story());
    }
  }

  /** What is under way has half of the memory; the last poll may go beyond by what a fetch brings. */
  private static void assertBounded(JsonNode status) {
    assertThat(status.at("/window/bytes").longValue())
        .as("bytes under way")
        .isBetween(0L, MEMORY / 2 + MEMORY / 8);
  }
}
