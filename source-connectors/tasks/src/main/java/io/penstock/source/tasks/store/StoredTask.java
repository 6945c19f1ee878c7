package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskLife;

/**
 * A task as it is kept, without its payload and its result.
 *
 * @param spec what doesn't change
 * @param life what has become of it
 * @param priority higher comes first
 * @param dueMs a waiting task doesn't begin before, in milliseconds since the epoch
 * @param startedMs when its first attempt began; 0 if none has
 * @param endedMs when it came to its end; 0 if it hasn't
 * @param progress what the function told last
 */
public record StoredTask(
    TaskSpec spec,
    TaskLife life,
    int priority,
    long dueMs,
    long startedMs,
    long endedMs,
    Progress progress) {

  /**
   * What a function tells about its progress.
   *
   * @param fraction from 0 to 1; negative if nothing was told
   * @param note for people
   */
  public record Progress(double fraction, String note) {
    /** Nothing was told. */
    public static final Progress NONE = new Progress(-1, "");

    /** How long a note may be, in characters. */
    public static final int MAX_NOTE = 200;

    /** Cuts what is too long. */
    public Progress {
      note = note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE);
    }
  }

  /** Its number. */
  public long number() {
    return spec.number();
  }

  /** Sinks are yet to be told of its end. */
  public boolean isOwed() {
    return life.delivery() == DeliveryState.OWED;
  }

  /** The same, of whose end sinks are yet to be told. */
  public StoredTask owing() {
    return new StoredTask(spec, life.owing(), priority, dueMs, startedMs, endedMs, progress);
  }

  /** The same after something has happened to it. */
  public StoredTask with(TaskLife next, long nowMs) {
    boolean begins = startedMs == 0 && next.attempts() > life.attempts();
    boolean ends = next.state().isFinal() && !life.state().isFinal();
    boolean again = life.state().isFinal() && !next.state().isFinal();
    return new StoredTask(
        spec,
        next,
        priority,
        dueMs,
        again ? 0 : begins ? nowMs : startedMs,
        ends ? nowMs : again ? 0 : endedMs,
        again ? Progress.NONE : progress);
  }

  /** The same with another priority. */
  public StoredTask withPriority(int next) {
    return new StoredTask(spec, life, next, dueMs, startedMs, endedMs, progress);
  }

  /** The same, to begin at another time. */
  public StoredTask withDue(long nextMs) {
    return new StoredTask(spec, life, priority, nextMs, startedMs, endedMs, progress);
  }

  /** The same with news of its progress. */
  public StoredTask withProgress(Progress next) {
    return new StoredTask(spec, life, priority, dueMs, startedMs, endedMs, next);
  }
}
