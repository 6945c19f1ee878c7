package io.penstock.source.tasks.desk;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Settlement;
import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the engine tells, as changes of tasks. Each is made of the task as it is, which may be another
 * than the engine thinks: then nothing changes, or what the table of transitions says.
 */
final class Steps {

  /** A retrying task that a worker has in memory is due for nobody else. */
  private static final long HELD = TaskSpec.NEVER;

  private static final String UNKNOWN_ROUTE = "UNKNOWN_ROUTE";

  /** A change of a task; empty if there is nothing to change. */
  @FunctionalInterface
  interface Step {
    /** What it is to be. */
    Optional<StoredTask> on(StoredTask task);
  }

  private Steps() {}

  /** Whether a task in that state is to go on, if a worker has it. */
  static boolean isWanted(TaskState state) {
    return switch (state) {
      case ENQUEUED, DEQUEUED, RUNNING, RETRYING -> true;
      default -> false;
    };
  }

  private static Optional<StoredTask> to(StoredTask task, Optional<TaskLife> next, long nowMs) {
    return next.map(life -> task.with(life, nowMs));
  }

  private static Optional<StoredTask> to(
      StoredTask task, TaskAction action, long nowMs, String cause) {
    return to(task, task.life().after(action, Occasion.at(nowMs, cause)), nowMs);
  }

  private static StoredTask held(StoredTask task) {
    return task.life().state() == TaskState.RETRYING ? task.withDue(HELD) : task;
  }

  /** An attempt has ended and the worker makes another one. */
  static Step again(AttemptEnd end, long nowMs) {
    Step next = next(end, nowMs);
    return task ->
        switch (task.life().state()) {
          // Whether it failed by itself or because it was asked to end can't be told.
          case STOPPING, PAUSING -> to(task, TaskAction.LEFT_OFF, nowMs, "");
          default -> next.on(task);
        };
  }

  private static Step next(AttemptEnd end, long nowMs) {
    if (end instanceof AttemptEnd.Retried retried) {
      String cause = retried.code() + ": " + retried.text();
      return task -> to(task, TaskAction.RETRY, nowMs, cause).map(Steps::held);
    }
    return task -> to(task, TaskAction.THROTTLE, nowMs, "").map(Steps::held);
  }

  /** The results are on their way. */
  static Step executed(long nowMs) {
    return task -> to(task, TaskAction.EXECUTED, nowMs, "");
  }

  /** The worker has put it back, to be tried again at a time. */
  static Step due(long dueMs, long nowMs) {
    return task ->
        switch (task.life().state()) {
          case RETRYING -> Optional.of(task.withDue(dueMs));
          case ENQUEUED -> to(task, TaskAction.DELAY, nowMs, "").map(one -> one.withDue(dueMs));
          default -> Optional.empty();
        };
  }

  /** The engine gave it back. */
  static Step released(long nowMs) {
    return task ->
        task.life().state().isHeld()
            ? to(task, TaskAction.RELEASE, nowMs, "").map(Steps::held)
            : Optional.empty();
  }

  /** Whoever had it is gone. */
  static Step lost(String cause, long nowMs) {
    return task ->
        to(task, task.life().afterLoss(Occasion.at(nowMs, cause)), nowMs).map(Steps::held);
  }

  /** It was settled. */
  static Step settled(Settlement settlement, @Nullable AttemptEnd end, long doneMs, long nowMs) {
    Step executed = executed(doneMs);
    boolean wasDelivered = end instanceof AttemptEnd.Done done && !done.results().isEmpty();
    return task -> {
      boolean isNew = task.life().delivery() == DeliveryState.PENDING;
      StoredTask before =
          wasDelivered && isNew && doneMs < nowMs ? executed.on(task).orElse(task) : task;
      return settled(before, settlement, end, nowMs);
    };
  }

  private static Optional<StoredTask> settled(
      StoredTask task, Settlement settlement, @Nullable AttemptEnd end, long nowMs) {
    boolean isDone =
        settlement == Settlement.DELIVERED
            || settlement == Settlement.FILTERED
            || end instanceof AttemptEnd.Done;
    if (isDone) {
      return taken(task, nowMs).flatMap(one -> completed(one, settlement, nowMs));
    }
    if (end instanceof AttemptEnd.GivenUp gaveUp) {
      String cause = gaveUp.code() + ": " + gaveUp.text();
      // A function that is gone from the connector's file: the engine knows no such route.
      TaskAction action =
          gaveUp.code().equals(UNKNOWN_ROUTE) ? TaskAction.INVALIDATE : TaskAction.FAIL;
      return taken(task, nowMs)
          .flatMap(one -> to(one, action, nowMs, cause))
          .map(one -> delivered(one, settlement, nowMs));
    }
    return switch (task.life().state()) {
      case STOPPING, PAUSING -> to(task, TaskAction.LEFT_OFF, nowMs, "");
      case RETRYING -> Optional.of(task.withDue(0));
      // It was cancelled for a pause that was taken back.
      case RUNNING -> to(task, TaskAction.RELEASE, nowMs, "").map(one -> one.withDue(0));
      default -> Optional.empty(); // it was not wanted, and nothing has happened to it
    };
  }

  private static Optional<StoredTask> taken(StoredTask task, long nowMs) {
    return task.life().state() == TaskState.ENQUEUED
        ? to(task, TaskAction.TAKE, nowMs, "")
        : Optional.of(task);
  }

  private static Optional<StoredTask> completed(
      StoredTask task, Settlement settlement, long nowMs) {
    String cause =
        settlement == Settlement.FILTERED
            ? "the connector's filter did not let it pass"
            : switch (task.life().state()) {
              case STOPPING -> "it was done before it could be stopped";
              case PAUSING -> "it was done before it could be paused";
              default -> "";
            };
    return to(task, TaskAction.COMPLETE, nowMs, cause)
        .map(
            one ->
                settlement == Settlement.DEAD_LETTERED || settlement == Settlement.DROPPED
                    ? withDelivery(task, one)
                    : one);
  }

  /** A sink refused what the function made. */
  private static StoredTask withDelivery(StoredTask before, StoredTask done) {
    TaskLife life = done.life();
    return done.with(
        new TaskLife(
            life.state(),
            DeliveryState.DEAD_LETTERED,
            life.version(),
            life.attempts(),
            life.crashes(),
            life.log()),
        before.endedMs());
  }

  private static StoredTask delivered(StoredTask task, Settlement settlement, long nowMs) {
    if (task.life().state() == TaskState.STOPPED && settlement == Settlement.DROPPED) {
      return task; // nobody has heard of it
    }
    DeliveryState state =
        settlement == Settlement.DEAD_LETTERED
            ? DeliveryState.DEAD_LETTERED
            : DeliveryState.DELIVERED;
    return task.with(task.life().delivery(state), nowMs);
  }
}
