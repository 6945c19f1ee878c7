package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.KafkaTest;
import io.penstock.engine.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Kafka to a function to Kafka, killed at every failpoint and a few times at random. */
@KafkaTest
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KillTest {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void knowsEveryFailpoint() throws IOException {
    assertThat(Failpoint.ids()).isEqualTo(Failpoint.inTheSources());
  }

  @Test
  void losesNothingWhenKilledAtEachFailpoint(KafkaCluster cluster) {
    long seed = System.nanoTime();
    Setup setup = Setup.mixed(Order.KEY, Stamp.OneByOne.class);
    try (CrashRun run = new CrashRun(cluster.bootstrapServers(), folder, setup, seed)) {
      Kills kills = new Kills(run, KillPoint.Way.HALT);
      kills.atEachFailpoint();
      kills.atRandom(3);
      kills.finish();
      System.out.println(run.story());
      Set<String> expected =
          Stream.of(Failpoint.When.CARRYING, Failpoint.When.LETTING_GO, Failpoint.When.PAUSED)
              .flatMap(Failpoint::of)
              .map(Failpoint::id)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(run.reached()).isEqualTo(expected);
    }
  }
}
