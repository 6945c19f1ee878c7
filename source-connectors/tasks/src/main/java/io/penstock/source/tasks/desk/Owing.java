package io.penstock.source.tasks.desk;

import io.penstock.connector.SourceVerdict;
import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import java.util.List;
import java.util.Optional;

/**
 * Which ends nobody has been told of: a task that the engine has brought to its end has been delivered
 * or dead-lettered there; one that came to it in the store owes that to the sinks of its function, if
 * there are any. Thread-safe.
 *
 * @param routing knows which functions have sinks
 */
record Owing(Routing routing) {

  private static final String EXPIRED = "EXPIRED";
  private static final String AGED = EXPIRED + ": ";

  /** The same step, which owes a report if it brings a task to its end. */
  Steps.Step of(Steps.Step step) {
    return task -> step.on(task).map(next -> of(task, next));
  }

  private StoredTask of(StoredTask before, StoredTask next) {
    boolean ends = next.life().state().isFinal() && !before.life().state().isFinal();
    DeliveryState delivery = next.life().delivery();
    boolean isTold = delivery == DeliveryState.DELIVERED || delivery == DeliveryState.DEAD_LETTERED;
    if (!ends || isTold) {
      return next;
    }
    Optional<SourceVerdict> verdict = verdict(next);
    return verdict.isPresent() && routing.hasSinks(next, verdict.get()) ? next.owing() : next;
  }

  /** How a task has ended that nobody has been told of; empty if it is nobody's business. */
  static Optional<SourceVerdict> verdict(StoredTask task) {
    return switch (task.life().state()) {
      case STOPPED -> Optional.of(new SourceVerdict.Stopped());
      case EXPIRED, FAILED -> Optional.of(gaveUp(task));
      default -> Optional.empty(); // also those whose function was deleted with all its tasks
    };
  }

  private static SourceVerdict gaveUp(StoredTask task) {
    List<Transition> log = task.life().log().entries();
    Transition last = log.get(log.size() - 1);
    String cause = last.cause();
    if (last.action() == TaskAction.QUARANTINE) {
      return new SourceVerdict.GivenUp("QUARANTINED", cause);
    }
    return new SourceVerdict.GivenUp(
        EXPIRED, cause.startsWith(AGED) ? cause.substring(AGED.length()) : cause);
  }

  /** Who asked for the last stop of a task, and why. */
  static Optional<Transition> stop(StoredTask task) {
    List<Transition> log = task.life().log().entries();
    for (int i = log.size() - 1; i >= 0 && task.life().state() == TaskState.STOPPED; i--) {
      if (log.get(i).action() == TaskAction.STOP) {
        return Optional.of(log.get(i));
      }
    }
    return Optional.empty();
  }
}
