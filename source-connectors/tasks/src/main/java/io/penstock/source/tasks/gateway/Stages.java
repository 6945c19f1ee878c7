package io.penstock.source.tasks.gateway;

import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import java.util.List;
import java.util.Optional;

/**
 * What a task's log tells of its way.
 *
 * <pre>
 *   handed in --waiting--> taken --dispatch--> started --running--> executed --delivery--> ended
 * </pre>
 *
 * @param waitingMs from when it could begin until a worker took it first
 * @param dispatchMs until its first attempt began
 * @param runningMs from the beginning of its last attempt until its function had done it
 * @param deliveryMs until its results had reached every sink
 * @param version of its function that the last attempt took
 * @param worker that made the last attempt
 */
record Stages(
    Optional<Long> waitingMs,
    Optional<Long> dispatchMs,
    Optional<Long> runningMs,
    Optional<Long> deliveryMs,
    Optional<String> version,
    Optional<String> worker) {

  private static final String VERSION = "version ";

  static Stages of(StoredTask task) {
    List<Transition> log = task.life().log().entries();
    Transition readyAt = null;
    Transition taken = null;
    Transition firstStart = null;
    Transition lastStart = null;
    Transition executed = null;
    for (Transition one : log) {
      switch (one.action()) {
        case SUBMIT, DUE, RESUME -> readyAt = taken == null ? one : readyAt;
        case RERUN -> {
          readyAt = one;
          taken = null;
          firstStart = null;
          lastStart = null;
          executed = null;
        }
        case TAKE -> taken = taken == null ? one : taken;
        case START -> {
          firstStart = firstStart == null ? one : firstStart;
          lastStart = one;
          executed = null;
        }
        case EXECUTED -> executed = one;
        default -> {}
      }
    }
    boolean isOver = task.endedMs() > 0;
    Optional<Long> done =
        executed != null
            ? Optional.of(executed.atMs())
            : isOver ? Optional.of(task.endedMs()) : Optional.empty();
    return new Stages(
        between(readyAt, taken),
        between(taken, firstStart),
        lastStart == null ? Optional.empty() : done.map(Stages.since(lastStart)),
        executed != null && isOver
            ? Optional.of(Math.max(0, task.endedMs() - executed.atMs()))
            : Optional.empty(),
        Optional.ofNullable(lastStart)
            .map(Transition::cause)
            .filter(cause -> cause.startsWith(VERSION))
            .map(cause -> cause.substring(VERSION.length())),
        Optional.ofNullable(lastStart).map(Transition::by).filter(by -> !by.isEmpty()));
  }

  private static java.util.function.Function<Long, Long> since(Transition start) {
    return ms -> Math.max(0, ms - start.atMs());
  }

  private static Optional<Long> between(
      @org.jspecify.annotations.Nullable Transition from,
      @org.jspecify.annotations.Nullable Transition to) {
    return from == null || to == null
        ? Optional.empty()
        : Optional.of(Math.max(0, to.atMs() - from.atMs()));
  }
}
