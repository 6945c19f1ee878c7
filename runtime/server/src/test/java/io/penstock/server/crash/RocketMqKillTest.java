package io.penstock.server.crash;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqOptions;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.broker.rocketmq.junit.SharedRocketMq;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * RocketMQ to a function to RocketMQ, killed at a few of the failpoints that only it has; and, as
 * the group {@code crash}, at all of them, at random, with servers that die and workers that come
 * and go.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RocketMqKillTest {

  private static final int FEW = 300;
  private static final int RANDOM_KILLS = 10;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final long seed = System.nanoTime();

  private static List<Failpoint> whileCarrying(RocketMqRun.Mode mode) {
    return Failpoint.of(
            mode == RocketMqRun.Mode.LOG
                ? Failpoint.When.CARRYING_ROCKETMQ
                : Failpoint.When.QUEUING)
        .toList();
  }

  private static List<Failpoint> whileLettingGo(RocketMqRun.Mode mode) {
    return mode == RocketMqRun.Mode.LOG
        ? Failpoint.of(Failpoint.When.LETTING_GO_ROCKETMQ).toList()
        : List.of();
  }

  private static List<Failpoint> oneOf(List<Failpoint> failpoints, RocketMqRun run) {
    return failpoints.isEmpty()
        ? failpoints
        : List.of(failpoints.get(run.random().nextInt(failpoints.size())));
  }

  @RocketMqTest
  @ParameterizedTest
  @EnumSource
  void losesNothingWhenKilledAtSomeOfItsFailpoints(RocketMqRun.Mode mode, RocketMqCluster cluster) {
    try (RocketMqRun run = new RocketMqRun(cluster, folder, mode, seed)) {
      oneOf(whileCarrying(mode), run).forEach(failpoint -> dieAt(failpoint, run));
      oneOf(whileLettingGo(mode), run).forEach(failpoint -> dieWhileLettingGo(failpoint, run));
      finish(run);
    }
  }

  @Tag("crash")
  @ParameterizedTest
  @EnumSource
  void losesNothingWhenWorkersAndServersDie(RocketMqRun.Mode mode) {
    try (RocketMqCluster cluster = SharedRocketMq.own(RocketMqOptions.forTests());
        RocketMqRun run = new RocketMqRun(cluster, folder, mode, seed)) {
      Stream.concat(
              whileCarrying(mode).stream(),
              Failpoint.of(Failpoint.When.CARRYING)
                  .filter(failpoint -> !failpoint.id().startsWith("kafka"))
                  .filter(
                      failpoint ->
                          mode == RocketMqRun.Mode.LOG || !failpoint.id().contains("commit")))
          .forEach(failpoint -> dieAt(failpoint, run));
      whileLettingGo(mode).forEach(failpoint -> dieWhileLettingGo(failpoint, run));
      for (int i = 0; i < RANDOM_KILLS; i++) {
        run.feed(FEW);
        WorkerProcess worker = run.start(null);
        run.awaitArrivals(1 + run.random().nextInt(FEW));
        run.kill(worker);
      }
      WorkerProcess staying = run.start(null);
      run.feed(FEW);
      run.awaitArrivals(FEW);
      run.note("the servers die");
      cluster.kill();
      run.serversDied();
      cluster.restart();
      run.feed(FEW);
      run.awaitAll();
      run.note("the name server is started anew");
      cluster.restartNameServer();
      run.feed(FEW);
      run.awaitAll();
      WorkerProcess second = run.start(null);
      for (int i = 0; i < 20; i++) {
        run.feed(FEW);
        run.awaitArrivals(FEW / 2);
      }
      run.stop(staying);
      run.feed(FEW);
      run.awaitAll();
      run.stop(second);
      run.judge();
    }
  }

  private static void dieAt(Failpoint failpoint, RocketMqRun run) {
    run.feed(FEW);
    WorkerProcess worker =
        run.start(
            new KillPoint(failpoint.id(), failpoint.someHit(run.random()), KillPoint.Way.HALT));
    run.awaitDeath(worker);
  }

  private static void dieWhileLettingGo(Failpoint failpoint, RocketMqRun run) {
    run.feed(FEW);
    WorkerProcess worker = run.start(new KillPoint(failpoint.id(), 1, KillPoint.Way.HALT));
    run.awaitArrivals(1);
    worker.terminate();
    run.awaitDeath(worker);
  }

  private static void finish(RocketMqRun run) {
    run.feed(FEW);
    WorkerProcess last = run.start(null);
    run.awaitAll();
    run.stop(last);
    run.judge();
  }
}
