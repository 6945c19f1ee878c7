package io.penstock.source.tasks.state;

import java.util.Optional;

/**
 * What has become of one task so far. Immutable; each change makes a new one with the next version,
 * by which a store refuses a change that was made of something old.
 *
 * @param state where it stands
 * @param delivery where its results stand
 * @param version how many changes there were
 * @param attempts how many attempts have begun that count
 * @param crashes how many attempts have ended with the worker that made them
 * @param log what has happened
 */
public record TaskLife(
    TaskState state,
    DeliveryState delivery,
    int version,
    int attempts,
    int crashes,
    TransitionLog log) {

  /** A task during whose attempts so many workers were lost is not tried again. */
  public static final int MAX_CRASHES = 3;

  /**
   * Why something happens, and who wants it.
   *
   * @param atMs when, in milliseconds since the epoch
   * @param cause for people; may be empty
   * @param by empty if it is the system itself
   */
  public record Occasion(long atMs, String cause, String by) {

    /** Nobody asked for it, and it needs no explanation. */
    public static Occasion at(long atMs) {
      return new Occasion(atMs, "", "");
    }

    /** Nobody asked for it. */
    public static Occasion at(long atMs, String cause) {
      return new Occasion(atMs, cause, "");
    }
  }

  /** A task that was just handed in; {@code action} is {@code SUBMIT} or {@code DELAY}. */
  public static TaskLife begin(TaskAction action, Occasion occasion) {
    TaskState first = TaskTransitions.first(action);
    TransitionLog log = TransitionLog.EMPTY.with(entry(action, first, occasion));
    return new TaskLife(first, DeliveryState.PENDING, 1, 0, 0, log);
  }

  /** What becomes of it by that action; empty if the action isn't allowed now. */
  public Optional<TaskLife> after(TaskAction action, Occasion occasion) {
    return TaskTransitions.next(state, action).map(next -> changed(action, next, occasion));
  }

  /** What becomes of it when the worker that has it is gone; empty if none has it. */
  public Optional<TaskLife> afterLoss(Occasion occasion) {
    boolean ran = state.isHeld() && state != TaskState.DEQUEUED;
    if (ran && crashes + 1 >= MAX_CRASHES) {
      Optional<TaskLife> quarantined =
          after(
              TaskAction.QUARANTINE,
              new Occasion(
                  occasion.atMs(),
                  "the worker was lost during " + (crashes + 1) + " attempts; " + occasion.cause(),
                  occasion.by()));
      if (quarantined.isPresent()) {
        return quarantined;
      }
    }
    return after(TaskAction.LOSE, occasion);
  }

  /** With its results where they are now; itself if they may not get there from here. */
  public TaskLife delivery(DeliveryState next) {
    return delivery.mayBecome(next)
        ? new TaskLife(state, next, version + 1, attempts, crashes, log)
        : this;
  }

  /** At its end, of which sinks are to be told; part of the change that brought it there. */
  public TaskLife owing() {
    return new TaskLife(state, DeliveryState.OWED, version, attempts, crashes, log);
  }

  private TaskLife changed(TaskAction action, TaskState next, Occasion occasion) {
    boolean again = action == TaskAction.RERUN;
    int counted = again ? 0 : attempts;
    int lost = again ? 0 : crashes;
    boolean ran = state.isHeld() && state != TaskState.DEQUEUED;
    switch (action) {
      case START -> counted++;
      case THROTTLE -> counted = Math.max(0, counted - 1);
      case LOSE, QUARANTINE -> lost += ran ? 1 : 0;
      default -> {}
    }
    DeliveryState delivered =
        switch (action) {
          case EXECUTED -> DeliveryState.DELIVERING;
          case COMPLETE -> DeliveryState.DELIVERED;
          case RERUN -> DeliveryState.PENDING;
          default -> delivery;
        };
    return new TaskLife(
        next, delivered, version + 1, counted, lost, log.with(entry(action, next, occasion)));
  }

  private static Transition entry(TaskAction action, TaskState next, Occasion occasion) {
    return new Transition(occasion.atMs(), action, next, occasion.cause(), occasion.by());
  }
}
