package io.penstock.server.crash;

import io.penstock.server.crash.Disturbance.Cause;
import java.util.Set;

/** Workers that join one another and leave again. */
final class SecondWorker {

  private static final Set<Cause> REBALANCE = Set.of(Cause.OWNERSHIP);
  private static final int FEW = 200;
  private static final int MANY = 2_000;

  private final CrashRun run;
  private WorkerProcess staying;

  SecondWorker(CrashRun run) {
    this.run = run;
    this.staying = run.start(null);
    run.awaitShared(staying);
  }

  /** A group that notices soon that a member is dead. */
  static Setup setup(Setup setup) {
    return setup
        .withSource("session.timeout.ms", "4000")
        .withSource("heartbeat.interval.ms", "500");
  }

  /**
   * So many times a second worker joins, and the first or the second leaves: by a stop and by SIGKILL,
   * in turn.
   */
  void comesAndGoes(int times) {
    for (int i = 0; i < times; i++) {
      WorkerProcess joining = join();
      run.awaitArrivals(1 + run.random().nextInt(MANY), joining);
      boolean newOneLeaves = run.random().nextBoolean();
      leave(newOneLeaves ? joining : staying, newOneLeaves ? staying : joining, i % 2 == 0);
      run.awaitArrivals(FEW, staying);
    }
  }

  private WorkerProcess join() {
    WorkerProcess[] joining = new WorkerProcess[1];
    run.disturbing(
        "a second worker joins",
        REBALANCE,
        () -> {
          joining[0] = run.start(null);
          run.awaitShared(staying, joining[0]);
        });
    return joining[0];
  }

  private void leave(WorkerProcess leaving, WorkerProcess left, boolean asked) {
    run.disturbing(
        "one of two leaves",
        REBALANCE,
        () -> {
          if (asked) {
            run.stop(leaving);
          } else {
            run.kill(leaving);
          }
          run.awaitShared(left);
        });
    staying = left;
  }

  /** The last one carries what is left, and is stopped. */
  void finish() {
    run.awaitAllCommitted();
    run.stop(staying);
    run.judge();
  }
}
