package io.penstock.server.crash;

import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.engine.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many events through one worker that nothing disturbs but a function that fails now and then. */
@KafkaTest
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class VolumeTest {

  private static final int SHORT = 50_000;
  private static final int LONG = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int PORTION = 10_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void carriesEveryResultInSequence(KafkaCluster cluster) {
    carry(SHORT, Order.KEY, cluster);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void carriesAMillion(Order order, KafkaCluster cluster) {
    carry(LONG, order, cluster);
  }

  private void carry(int events, Order order, KafkaCluster cluster) {
    Setup setup = Setup.plain(order, Stamp.OneByOne.class);
    long seed = System.nanoTime();
    try (CrashRun run = new CrashRun(cluster.bootstrapServers(), folder, setup, seed)) {
      for (int fed = 0; fed < events; fed += PORTION) {
        run.feed(PORTION);
      }
      WorkerProcess worker = run.start(null);
      run.awaitAllCommitted(LIMIT, () -> {});
      run.stop(worker);
      run.judge();
      System.out.println(run.story());
    }
  }
}
