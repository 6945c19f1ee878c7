package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.TaskState;
import java.util.Optional;
import java.util.Set;

/**
 * Which tasks of an account are meant.
 *
 * @param account whose
 * @param function for which; empty for all
 * @param states in which states; empty for all
 * @param idPrefix how their ids begin; empty for all
 * @param fromMs handed in at that time or later, in milliseconds since the epoch
 * @param toMs handed in before that time
 */
public record TaskFilter(
    String account,
    Optional<String> function,
    Set<TaskState> states,
    String idPrefix,
    long fromMs,
    long toMs) {

  /** The latest time that a number can tell. */
  public static final long END_OF_TIME = (1L << 43) - 1;

  /** Copies. */
  public TaskFilter {
    states = Set.copyOf(states);
  }

  /** All of an account. */
  public static TaskFilter all(String account) {
    return new TaskFilter(account, Optional.empty(), Set.of(), "", 0, END_OF_TIME);
  }
}
