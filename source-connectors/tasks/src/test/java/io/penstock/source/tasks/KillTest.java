package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Leases;
import io.penstock.postgres.SharedPostgres;
import io.penstock.source.tasks.store.PostgresTaskStore;
import io.penstock.source.tasks.store.SqliteTaskStore;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.testkit.contract.MemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Kills processes that take and handle tasks. What was answered with 202 comes to one end, in a worker
 * after it.
 */
class KillTest {

  private static final String ENDLESS = String.valueOf(Integer.MAX_VALUE);

  @TempDir Path folder;

  private final Random random = new Random();

  private void check(Kills kills) throws Exception {
    kills.finish(folder);
    try (TaskStore store =
        SqliteTaskStore.open(folder.resolve("tasks.db"), "check", Failpoints.NONE)) {
      kills.check(store);
    }
  }

  private void killAtEachFailpointAndAtRandom(Kills kills, int randomKills, int killAfter)
      throws Exception {
    for (String failpoint : Kills.FAILPOINTS) {
      String count = String.valueOf(5 + random.nextInt(40));
      kills.run(folder, Integer.MAX_VALUE, failpoint, ENDLESS, failpoint, count);
    }
    for (int round = 0; round < randomKills; round++) {
      kills.run(folder, 1 + random.nextInt(killAfter), "r" + round, ENDLESS);
    }
  }

  @Test
  void killedBetweenStepsAndAtAnyMoment() throws Exception {
    Kills kills = new Kills("-");
    killAtEachFailpointAndAtRandom(kills, 3, 1_500);
    check(kills);
  }

  @Test
  @Tag("crash")
  void killedDuring200000Tasks() throws Exception {
    int all = 200_000;
    Kills kills = new Kills("-");
    killAtEachFailpointAndAtRandom(kills, 20, all / 11); // about as many as there are to be
    int left = Math.max(0, all - kills.accepted());
    kills.run(folder, Integer.MAX_VALUE, "rest", String.valueOf(left + KilledWorker.BATCH));
    assertThat(kills.accepted()).isGreaterThanOrEqualTo(all);
    check(kills);
  }

  @Test
  @Tag("crash")
  void workersThatShareAPostgresAreKilledInTurn() throws Exception {
    String name = SharedPostgres.server().newDatabase();
    Kills kills = new Kills(SharedPostgres.server().url(name));
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      int one = worker;
      workers.add(CompletableFuture.runAsync(() -> liveAndDie(kills, one)));
    }
    CompletableFuture.allOf(workers.toArray(new CompletableFuture<?>[0])).join();
    kills.finish(folder.resolve("last"));
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(
        SharedPostgres.server().url(name).replaceFirst("^postgresql://.*@", "jdbc:postgresql://"));
    database.setUser("postgres");
    database.setPassword("postgres");
    try (TaskStore store =
        PostgresTaskStore.open(
            database, Leases.ofSoleWorker(new MemoryStateStore()), "jobs", Failpoints.NONE)) {
      kills.check(store);
    }
  }

  /** Half of the failpoints and some random moments each, while the other lives on. */
  private void liveAndDie(Kills kills, int worker) {
    Path own = folder.resolve("worker" + worker);
    try {
      for (int i = worker; i < Kills.FAILPOINTS.length; i += 2) {
        String count = String.valueOf(20 + random.nextInt(40));
        kills.run(own, Integer.MAX_VALUE, "f" + worker + i, ENDLESS, Kills.FAILPOINTS[i], count);
      }
      for (int round = 0; round < 5; round++) {
        kills.run(own, 200 + random.nextInt(2_000), "r" + worker + round, ENDLESS);
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
