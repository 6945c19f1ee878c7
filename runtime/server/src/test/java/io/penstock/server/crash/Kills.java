package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Ways to kill the workers of a run. */
final class Kills {

  private static final int FEW = 200;
  private static final int MANY = 2_000;

  /** One kill in so many comes while the worker is still starting. */
  private static final int START_ONE_IN = 5;

  private static final String OPERATOR = "crash-test";

  private final CrashRun run;
  private final KillPoint.Way way;

  Kills(CrashRun run, KillPoint.Way way) {
    this.run = run;
    this.way = way;
  }

  /** One worker after the other dies at one failpoint after the other. */
  void atEachFailpoint() {
    Failpoint.of(Failpoint.When.CARRYING).forEach(this::whileCarrying);
    Failpoint.of(Failpoint.When.LETTING_GO).forEach(this::whileLettingGo);
    Failpoint.of(Failpoint.When.PAUSED).forEach(this::whilePaused);
  }

  private void whileCarrying(Failpoint failpoint) {
    int hit = failpoint.someHit(run.random());
    run.awaitDeath(run.start(new KillPoint(failpoint.id(), hit, way)));
  }

  private void whileLettingGo(Failpoint failpoint) {
    WorkerProcess worker = run.start(new KillPoint(failpoint.id(), 1, way));
    run.awaitArrivals(FEW, worker);
    worker.terminate();
    run.awaitDeath(worker);
  }

  /** A pause is kept or not, but never half of it; only what was kept has to be taken back. */
  private void whilePaused(Failpoint failpoint) {
    WorkerProcess dying = run.start(new KillPoint(failpoint.id(), 1, KillPoint.Way.HALT));
    run.awaitArrivals(FEW, dying);
    assertThatThrownBy(() -> dying.command(Topics.CONNECTOR, "pause", OPERATOR))
        .as("the worker dies before it answers")
        .isInstanceOf(IOException.class);
    run.awaitDeath(dying);
    boolean kept = failpoint == Failpoint.STATE_AFTER_COMMIT;
    WorkerProcess next = run.start(null);
    run.feedUntil(() -> next.status(Topics.CONNECTOR).has("state"), () -> "no status of " + next);
    JsonNode paused = next.status(Topics.CONNECTOR).path("paused");
    assertThat(paused.path("by").asText("nobody")).isEqualTo(kept ? OPERATOR : "nobody");
    if (kept) {
      next.mustAccept(Topics.CONNECTOR, "resume", OPERATOR);
    }
    run.awaitArrivals(FEW, next);
    run.kill(next);
  }

  /** SIGKILL at any moment, so many times. */
  void atRandom(int times) {
    for (int i = 0; i < times; i++) {
      WorkerProcess worker = run.start(null);
      if (run.random().nextInt(START_ONE_IN) == 0) {
        run.feedUntil(worker::listens, () -> "not started: " + worker);
      } else {
        run.awaitArrivals(1 + run.random().nextInt(MANY), worker);
      }
      run.kill(worker);
    }
  }

  /** A last worker carries what is left, and is stopped as an operator does. */
  void finish() {
    WorkerProcess last = run.start(null);
    run.awaitArrivals(FEW, last);
    run.awaitAllCommitted();
    run.stop(last);
    run.judge();
  }
}
