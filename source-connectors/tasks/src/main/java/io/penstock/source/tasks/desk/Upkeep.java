package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.placement.Placement.Now;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskSpec;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.By;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be done from time to time: tasks that are due or late, leases, graces, retention. */
final class Upkeep {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private static final int SOME = 500;
  private static final long ROUND_NS = Duration.ofSeconds(1).toNanos();
  private static final long AGAIN_NS = Duration.ofMillis(100).toNanos();
  private static final long PURGE_MS = Duration.ofSeconds(10).toMillis();

  private record Grace(long endNs, Known here) {}

  private final TaskDesk desk;
  private final TaskStore store;
  private final DeskOptions options;
  private final PriorityQueue<Grace> graces =
      new PriorityQueue<>((one, other) -> Long.signum(one.endNs() - other.endNs()));
  private long nextDueMs = TaskSpec.NEVER;
  private boolean isMoving;
  private boolean isPurging;
  private long nextPurgeMs;
  private long nextRoundNs;
  private long nextAgainNs;
  private boolean hasRun;

  Upkeep(TaskDesk desk, TaskStore store, DeskOptions options) {
    this.desk = desk;
    this.store = store;
    this.options = options;
  }

  private CompletionStage<List<Altered>> alter(List<StoredTask> tasks, Steps.Step step) {
    return store.alter(
        By.OWNER, tasks.stream().map(StoredTask::number).toList(), desk.owing().of(step)::on, null);
  }

  // ---- news

  /** Something is due at that time. */
  void due(long dueMs) {
    nextDueMs = Math.min(nextDueMs, dueMs);
  }

  /** A task that isn't in memory. */
  void waitsOutside(StoredTask task) {
    TaskState state = task.life().state();
    if (state == TaskState.DELAYED || state == TaskState.RETRYING) {
      due(task.dueMs());
    }
  }

  /** A task that runs is to stop. */
  void stopping(Known here) {
    graces.add(new Grace(options.nanoTime().getAsLong() + options.stopGrace().toNanos(), here));
  }

  // ---- the round

  void run(long nowMs, long nowNs) {
    if (nowMs >= nextDueMs && !isMoving) {
      moveDue(nowMs);
    }
    Grace first;
    while ((first = graces.peek()) != null && first.endNs() - nowNs <= 0) {
      didNotStop(graces.remove().here(), nowMs);
    }
    if (!hasRun) {
      hasRun = true;
      nextRoundNs = nowNs;
      nextAgainNs = nowNs;
    }
    if (nowNs - nextAgainNs >= 0) {
      nextAgainNs = nowNs + AGAIN_NS;
      desk.inbox().runLater();
      desk.sharing().run(nowNs);
    }
    if (nowNs - nextRoundNs >= 0) {
      nextRoundNs = nowNs + ROUND_NS;
      checkLeases(nowNs);
      expireLate(nowMs);
      purge(nowMs);
      desk.queues().evaluate(desk.waiting(), new Now(nowNs, nowMs));
    }
  }

  private void moveDue(long nowMs) {
    List<StoredTask> due = store.due(nowMs, SOME);
    boolean isMore = due.size() == SOME;
    List<StoredTask> moving = new ArrayList<>();
    for (StoredTask task : due) {
      if (!desk.waiting().has(task.number())) {
        moving.add(task);
      }
    }
    if (moving.isEmpty()) {
      // What was put off just now isn't written yet.
      nextDueMs = due.isEmpty() ? store.nextDueMs().orElse(TaskSpec.NEVER) : nowMs + 20;
      return;
    }
    isMoving = true;
    nextDueMs = TaskSpec.NEVER;
    alter(
            moving,
            task ->
                task.dueMs() <= nowMs
                    ? task.life()
                        .after(TaskAction.DUE, Occasion.at(nowMs))
                        .map(life -> task.with(life, nowMs))
                    : Optional.empty())
        .whenComplete(
            (altered, failure) ->
                desk.inbox()
                    .add(
                        () -> {
                          isMoving = false;
                          if (failure != null) {
                            log.warn("tasks that are due are tried again", failure);
                            due(nowMs + 1_000);
                            return;
                          }
                          for (Altered one : altered) {
                            if (one.isChanged()) {
                              desk.waiting().enqueued(one.after(), null);
                            }
                          }
                          due(isMore ? nowMs : store.nextDueMs().orElse(TaskSpec.NEVER));
                        }));
  }

  private void didNotStop(Known here, long nowMs) {
    if (here.record != null && here.task.life().state() == TaskState.STOPPING) {
      String cause = "it still runs " + options.stopGrace().toSeconds() + " s after it was to stop";
      desk.change(
          here,
          task ->
              task.life()
                  .after(TaskAction.DID_NOT_STOP, Occasion.at(nowMs, cause))
                  .map(life -> task.with(life, nowMs)));
    }
  }

  private void checkLeases(long nowNs) {
    for (Known here : desk.waiting().all()) {
      if (here.record != null && here.leaseUntilNs - nowNs < 0) {
        desk.lost(here);
      }
    }
  }

  private void expireLate(long nowMs) {
    List<StoredTask> late = new ArrayList<>();
    for (StoredTask task : store.late(nowMs, SOME)) {
      Known here = desk.waiting().find(task.number());
      if (here == null || here.record == null && !here.isEnding) {
        late.add(task);
      }
    }
    if (!late.isEmpty()) {
      alter(late, task -> expired(task, nowMs))
          .thenAccept(altered -> desk.inbox().add(() -> altered.forEach(desk::changed)));
    }
  }

  private static Optional<StoredTask> expired(StoredTask task, long nowMs) {
    if (task.spec().latestMs() > nowMs) {
      return Optional.empty();
    }
    String cause =
        task.spec().deadlineMs() <= nowMs
            ? "its deadline has passed"
            : "it waited for longer than its greatest age";
    boolean wasTried = task.life().attempts() > 0;
    return task.life()
        .after(
            wasTried ? TaskAction.FAIL : TaskAction.EXPIRE,
            Occasion.at(nowMs, wasTried ? "EXPIRED: " + cause : cause))
        .map(life -> task.with(life, nowMs));
  }

  private void purge(long nowMs) {
    if (isPurging || nowMs < nextPurgeMs) {
      return;
    }
    isPurging = true;
    store
        .purge(nowMs - options.retention().toMillis(), SOME)
        .whenComplete(
            (purged, failure) ->
                desk.inbox()
                    .add(
                        () -> {
                          isPurging = false;
                          boolean isMore = failure == null && purged == SOME;
                          nextPurgeMs = isMore ? nowMs : nowMs + PURGE_MS;
                        }));
  }
}
