package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A function that takes a second, and a million messages before it, some gigabyte as objects: the
 * heap has little room beside the 64 MiB that a connector may use by default.
 */
@RocketMqTest
@Tag("soak")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RocketMqBacklogTest {

  private static final int EVENTS = 1_000_000;
  private static final int LOOKS = 12;
  private static final int EVENTS_A_LOOK = 50;
  private static final long MEMORY = 64L << 20;

  private static final RocketMqRun.Workers SMALL =
      new RocketMqRun.Workers(
          Stamp.Slow.class,
          1,
          List.of(
              "-Xmx128m",
              "-XX:MaxDirectMemorySize=32m",
              "-XX:+UseSerialGC",
              "-XX:+ExitOnOutOfMemoryError",
              "-XX:TieredStopAtLevel=1",
              "-Xshare:auto"));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @ParameterizedTest
  @EnumSource
  void memoryStaysWithinItsBytes(RocketMqRun.Mode mode, RocketMqCluster cluster) {
    try (RocketMqRun run = new RocketMqRun(cluster, folder, mode, System.nanoTime(), SMALL)) {
      run.feed(EVENTS);
      WorkerProcess worker = run.start(null);
      long most = 0;
      for (int i = 0; i < LOOKS; i++) {
        run.awaitArrivals(EVENTS_A_LOOK);
        long bytes = run.status(worker).at("/window/bytes").longValue();
        // What is under way has half of the memory; a poll may go beyond by what a pull brings.
        assertThat(bytes).as("bytes under way").isBetween(1L, MEMORY / 2 + MEMORY / 8);
        most = Math.max(most, bytes);
      }
      run.stop(worker);
      System.out.println(mode + ": " + most + " bytes under way at most\n" + run.story());
    }
  }
}
