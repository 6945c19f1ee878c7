package io.penstock.source.tasks.state;

import static io.penstock.source.tasks.state.TaskAction.COMPLETE;
import static io.penstock.source.tasks.state.TaskAction.DELAY;
import static io.penstock.source.tasks.state.TaskAction.DID_NOT_STOP;
import static io.penstock.source.tasks.state.TaskAction.DUE;
import static io.penstock.source.tasks.state.TaskAction.EXECUTED;
import static io.penstock.source.tasks.state.TaskAction.EXPIRE;
import static io.penstock.source.tasks.state.TaskAction.FAIL;
import static io.penstock.source.tasks.state.TaskAction.INVALIDATE;
import static io.penstock.source.tasks.state.TaskAction.LEFT_OFF;
import static io.penstock.source.tasks.state.TaskAction.LOSE;
import static io.penstock.source.tasks.state.TaskAction.PAUSE;
import static io.penstock.source.tasks.state.TaskAction.QUARANTINE;
import static io.penstock.source.tasks.state.TaskAction.RELEASE;
import static io.penstock.source.tasks.state.TaskAction.RERUN;
import static io.penstock.source.tasks.state.TaskAction.RESUME;
import static io.penstock.source.tasks.state.TaskAction.RETRY;
import static io.penstock.source.tasks.state.TaskAction.SET_PRIORITY;
import static io.penstock.source.tasks.state.TaskAction.START;
import static io.penstock.source.tasks.state.TaskAction.STOP;
import static io.penstock.source.tasks.state.TaskAction.SUBMIT;
import static io.penstock.source.tasks.state.TaskAction.TAKE;
import static io.penstock.source.tasks.state.TaskAction.THROTTLE;
import static io.penstock.source.tasks.state.TaskState.DELAYED;
import static io.penstock.source.tasks.state.TaskState.DEQUEUED;
import static io.penstock.source.tasks.state.TaskState.ENQUEUED;
import static io.penstock.source.tasks.state.TaskState.EXPIRED;
import static io.penstock.source.tasks.state.TaskState.FAILED;
import static io.penstock.source.tasks.state.TaskState.INVALID;
import static io.penstock.source.tasks.state.TaskState.PAUSED;
import static io.penstock.source.tasks.state.TaskState.PAUSING;
import static io.penstock.source.tasks.state.TaskState.RETRYING;
import static io.penstock.source.tasks.state.TaskState.RUNNING;
import static io.penstock.source.tasks.state.TaskState.STOPPED;
import static io.penstock.source.tasks.state.TaskState.STOPPING;
import static io.penstock.source.tasks.state.TaskState.SUCCEEDED;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The table of what may happen to a task; what isn't in it can't. Three entries deserve a word:
 *
 * <ul>
 *   <li>A completion wins over a stop or a pause that it races with.
 *   <li>An attempt that fails, or whose worker is lost, after a stop was asked for counts as stopped:
 *       whether it failed because of the stop can't be told.
 *   <li>An attempt that doesn't end within the grace of a stop leaves the task {@code STOPPING}: it
 *       still runs, and the log says so.
 * </ul>
 */
public final class TaskTransitions {

  private static final Map<TaskState, Map<TaskAction, TaskState>> TABLE =
      new EnumMap<>(TaskState.class);

  static {
    for (TaskState state : TaskState.values()) {
      TABLE.put(state, new EnumMap<>(TaskAction.class));
    }
    from(DELAYED).on(DUE, ENQUEUED).on(SET_PRIORITY, DELAYED);
    from(ENQUEUED).on(DELAY, DELAYED).on(TAKE, DEQUEUED).on(SET_PRIORITY, ENQUEUED);
    from(RETRYING).on(DUE, ENQUEUED).on(TAKE, DEQUEUED).on(START, RUNNING).on(RELEASE, RETRYING);
    from(RETRYING).on(LOSE, RETRYING).on(FAIL, FAILED).on(SET_PRIORITY, RETRYING);
    for (TaskState waiting : Set.of(DELAYED, ENQUEUED, RETRYING)) {
      from(waiting).on(PAUSE, PAUSED).on(STOP, STOPPED).on(INVALIDATE, INVALID);
    }
    for (TaskState untried : Set.of(DELAYED, ENQUEUED, PAUSED, DEQUEUED)) {
      from(untried).on(EXPIRE, EXPIRED);
    }
    from(DEQUEUED).on(START, RUNNING).on(RELEASE, ENQUEUED).on(LOSE, ENQUEUED);
    from(DEQUEUED).on(PAUSE, PAUSED).on(STOP, STOPPED).on(INVALIDATE, INVALID);
    from(DEQUEUED).on(COMPLETE, SUCCEEDED).on(FAIL, FAILED);
    from(RUNNING).on(EXECUTED, RUNNING).on(COMPLETE, SUCCEEDED).on(FAIL, FAILED);
    from(RUNNING).on(RETRY, RETRYING).on(THROTTLE, RETRYING).on(RELEASE, RETRYING);
    from(RUNNING).on(LOSE, RETRYING).on(QUARANTINE, FAILED);
    from(RUNNING).on(PAUSE, PAUSING).on(STOP, STOPPING);
    from(PAUSING).on(EXECUTED, PAUSING).on(COMPLETE, SUCCEEDED).on(FAIL, FAILED);
    from(PAUSING).on(RETRY, PAUSED).on(THROTTLE, PAUSED).on(RELEASE, PAUSED).on(LEFT_OFF, PAUSED);
    from(PAUSING).on(LOSE, PAUSED).on(QUARANTINE, FAILED);
    from(PAUSING).on(RESUME, RUNNING).on(STOP, STOPPING);
    from(PAUSED).on(RESUME, ENQUEUED).on(STOP, STOPPED).on(INVALIDATE, INVALID);
    from(PAUSED).on(FAIL, FAILED).on(SET_PRIORITY, PAUSED);
    from(STOPPING).on(EXECUTED, STOPPING).on(COMPLETE, SUCCEEDED).on(FAIL, STOPPED);
    from(STOPPING).on(RETRY, STOPPED).on(THROTTLE, STOPPED).on(RELEASE, STOPPED);
    from(STOPPING).on(LOSE, STOPPED).on(LEFT_OFF, STOPPED).on(DID_NOT_STOP, STOPPING);
    for (TaskState end : TaskState.values()) {
      if (end.isFinal()) {
        from(end).on(RERUN, ENQUEUED);
      }
    }
  }

  private record Row(Map<TaskAction, TaskState> cells) {
    Row on(TaskAction action, TaskState next) {
      if (cells.put(action, next) != null) {
        throw new IllegalStateException("two entries for " + action);
      }
      return this;
    }
  }

  private static Row from(TaskState state) {
    return new Row(row(state));
  }

  private static Map<TaskAction, TaskState> row(TaskState state) {
    return Objects.requireNonNull(TABLE.get(state), "every state has a row");
  }

  private TaskTransitions() {}

  /** The state of a task that is handed in: with {@code DELAY} it waits for its time. */
  public static TaskState first(TaskAction action) {
    return switch (action) {
      case SUBMIT -> ENQUEUED;
      case DELAY -> DELAYED;
      default -> throw new IllegalArgumentException("a task does not begin with " + action);
    };
  }

  /** What becomes of a task in that state by that action; empty if it isn't allowed. */
  public static Optional<TaskState> next(TaskState state, TaskAction action) {
    return Optional.ofNullable(row(state).get(action));
  }

  /** What may be done in that state. */
  public static Set<TaskAction> allowed(TaskState state) {
    Set<TaskAction> allowed = EnumSet.noneOf(TaskAction.class);
    allowed.addAll(row(state).keySet());
    return allowed;
  }
}
