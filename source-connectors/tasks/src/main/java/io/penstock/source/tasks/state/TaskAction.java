package io.penstock.source.tasks.state;

import java.util.List;

/** What can be done to a task. The codes are stored: never reuse one. */
public enum TaskAction {
  /** It was handed in. */
  SUBMIT(1),
  /** It was handed in, or resumed, before its time. */
  DELAY(2),
  /** Its time has come. */
  DUE(3),
  /** A worker took it. */
  TAKE(4),
  /** An attempt begins. */
  START(5),
  /** The attempt failed and another one follows. */
  RETRY(6),
  /** The function was overloaded: another attempt follows, and this one doesn't count. */
  THROTTLE(7),
  /** The worker gave it back untried. */
  RELEASE(8),
  /** The worker that had it is gone. */
  LOSE(9),
  /** The worker that had it is gone, as others before it: it is not tried again. */
  QUARANTINE(10),
  /** The attempt succeeded, and what it made is on its way. */
  EXECUTED(11),
  /** Done. */
  COMPLETE(12),
  /** Given up. */
  FAIL(13),
  /** Somebody wants it ended. */
  STOP(14),
  /** It did not end within the time of grace, and runs on. */
  DID_NOT_STOP(15),
  /** Somebody wants it put aside. */
  PAUSE(16),
  /** It has left off, as somebody wanted. */
  LEFT_OFF(17),
  /** Somebody wants it to go on. */
  RESUME(18),
  /** Its age or its deadline has passed. */
  EXPIRE(19),
  /** Its function is gone. */
  INVALIDATE(20),
  /** Somebody wants it to run again. */
  RERUN(21),
  /** Somebody changed its priority. */
  SET_PRIORITY(22);

  private static final List<TaskAction> ALL = List.of(values());

  private final int code;

  TaskAction(int code) {
    this.code = code;
  }

  /** What is stored. */
  public int code() {
    return code;
  }

  /**
   * The action with that code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static TaskAction of(int code) {
    if (code < 1 || code > ALL.size()) {
      throw new IllegalArgumentException("no task action has the code " + code);
    }
    return ALL.get(code - 1);
  }
}
