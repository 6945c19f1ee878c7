package io.penstock.server.crash;

import io.penstock.broker.BrokerOptions;
import io.penstock.broker.BrokerProcess;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.SharedKafka;
import io.penstock.engine.Order;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole of what the short tests show: every order, and everything that can fail failing in turn. */
@Tag("crash")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CrashTest {

  private static final int RANDOM_KILLS = 20;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final long seed = System.nanoTime();

  /** Each order with one of the two kinds of functions and one of the two ways to die. */
  private static Class<?> function(Order order) {
    return order == Order.LANE ? Stamp.Batched.class : Stamp.OneByOne.class;
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingWhenWorkersAreKilled(Order order) {
    Setup setup = Setup.mixed(order, function(order));
    try (KafkaCluster cluster = SharedKafka.own(BrokerOptions.forTests());
        CrashRun run = new CrashRun(cluster.bootstrapServers(), folder, setup, seed)) {
      Kills kills = new Kills(run, order == Order.KEY ? KillPoint.Way.FREEZE : KillPoint.Way.HALT);
      kills.atEachFailpoint();
      kills.atRandom(RANDOM_KILLS);
      kills.finish();
      System.out.println(run.story());
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingWhenDestinationsFail(Order order) {
    Setup setup = Troubles.setup(Setup.mixed(order, function(order)));
    try (KafkaCluster cluster = SharedKafka.own(BrokerOptions.forTests());
        CrashRun run = new CrashRun(cluster.bootstrapServers(), folder, setup, seed)) {
      Troubles troubles = new Troubles(run, cluster);
      troubles.aTopicIsAway(run.topics().first());
      troubles.theDeadLettersTopicTakesNothing();
      troubles.aTopicIsAway(run.topics().second());
      if (cluster instanceof BrokerProcess broker) {
        troubles.theBrokerHangs(broker);
      }
      troubles.theBrokerDies(false);
      troubles.theBrokerDies(true);
      troubles.finish();
      System.out.println(run.story());
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingWhenWorkersComeAndGo(Order order) {
    Setup setup = SecondWorker.setup(Setup.mixed(order, function(order)));
    try (KafkaCluster cluster = SharedKafka.own(BrokerOptions.forTests());
        CrashRun run = new CrashRun(cluster.bootstrapServers(), folder, setup, seed)) {
      SecondWorker second = new SecondWorker(run);
      second.comesAndGoes(6);
      second.finish();
      System.out.println(run.story());
    }
  }
}
