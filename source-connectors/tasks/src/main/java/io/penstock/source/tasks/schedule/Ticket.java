package io.penstock.source.tasks.schedule;

import java.util.Comparator;

/**
 * What the schedule knows of a waiting task.
 *
 * @param number unique among all tasks; rises in the order in which they were handed in
 * @param account whose it is
 * @param route what is to be done with it
 * @param priority higher comes first
 * @param deadlineMs earlier comes first; {@link #NO_DEADLINE} for none
 * @param orderKey tasks of a route with the same key run one after another, in the order of their
 *     numbers; {@link #NO_KEY} for none
 */
public record Ticket(
    long number, String account, String route, int priority, long deadlineMs, long orderKey) {

  /** Without a deadline. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Bound to no other task. */
  public static final long NO_KEY = 0;

  /** The order within an account. */
  static final Comparator<Ticket> ORDER =
      Comparator.comparingInt(Ticket::priority)
          .reversed()
          .thenComparingLong(Ticket::deadlineMs)
          .thenComparingLong(Ticket::number);
}
