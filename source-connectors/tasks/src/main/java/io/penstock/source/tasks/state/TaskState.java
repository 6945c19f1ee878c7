package io.penstock.source.tasks.state;

import java.util.List;

/** Where a task stands. The codes are stored: never reuse one. */
public enum TaskState {
  /** Its time has not come. Holds no lease. */
  DELAYED(1, Kind.WAITING),
  /** It waits for its turn. */
  ENQUEUED(2, Kind.WAITING),
  /** A worker has it, and no attempt has begun. */
  DEQUEUED(3, Kind.HELD),
  /** An attempt runs, or its results are on the way to the sinks. */
  RUNNING(4, Kind.HELD),
  /** An attempt is over and another one follows. */
  RETRYING(5, Kind.WAITING),
  /** A running attempt was asked to leave off. */
  PAUSING(6, Kind.HELD),
  /** Put aside until somebody resumes it. */
  PAUSED(7, Kind.ASIDE),
  /** A running attempt was asked to end. */
  STOPPING(8, Kind.HELD),
  /** Ended because somebody asked for it. */
  STOPPED(9, Kind.FINAL),
  /** Done. */
  SUCCEEDED(10, Kind.FINAL),
  /** Given up after an attempt. */
  FAILED(11, Kind.FINAL),
  /** Its age or its deadline has passed before any attempt. */
  EXPIRED(12, Kind.FINAL),
  /** Its function is gone. */
  INVALID(13, Kind.FINAL);

  private enum Kind {
    WAITING,
    HELD,
    ASIDE,
    FINAL
  }

  private static final List<TaskState> ALL = List.of(values());

  private final int code;
  private final Kind kind;

  TaskState(int code, Kind kind) {
    this.code = code;
    this.kind = kind;
  }

  /** What is stored. */
  public int code() {
    return code;
  }

  /**
   * The state with that code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static TaskState of(int code) {
    if (code < 1 || code > ALL.size()) {
      throw new IllegalArgumentException("no task state has the code " + code);
    }
    return ALL.get(code - 1);
  }

  /** Nothing happens to it any more, unless somebody has it run again. */
  public boolean isFinal() {
    return kind == Kind.FINAL;
  }

  /** It is in the queue, or will be when its time comes. */
  public boolean isWaiting() {
    return kind == Kind.WAITING;
  }

  /** A worker has it. */
  public boolean isHeld() {
    return kind == Kind.HELD;
  }
}
