package io.penstock.server.crash;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many messages through one worker that nothing disturbs but a function that fails now and then.
 */
@RocketMqTest
@Tag("soak")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RocketMqVolumeTest {

  private static final int EVENTS = 200_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @ParameterizedTest
  @EnumSource
  void carriesEveryResultInSequence(RocketMqRun.Mode mode, RocketMqCluster cluster) {
    try (RocketMqRun run = new RocketMqRun(cluster, folder, mode, System.nanoTime())) {
      run.feed(EVENTS);
      WorkerProcess worker = run.start(null);
      run.awaitAll();
      run.stop(worker);
      run.judge();
    }
  }
}
