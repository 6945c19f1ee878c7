package io.penstock.source.tasks.registry;

import java.util.List;

/**
 * Somebody who hands in tasks.
 *
 * @param name unique
 * @param keys that stand for it; none lets this machine in without a key
 * @param weight how much it counts against others
 * @param maxBacklog how many tasks it may have that are neither at their end nor paused
 * @param ratePerSecond how many tasks it may hand in per second; 0 for no limit
 */
public record Account(
    String name, List<AccountKey> keys, double weight, long maxBacklog, double ratePerSecond) {

  /** What tasks belong to where there are no accounts. */
  public static final String DEFAULT = "default";

  /** How many tasks an account may have if nothing else is said. */
  public static final long MAX_BACKLOG = 1_000_000;

  /** Copies. */
  public Account {
    keys = List.copyOf(keys);
  }

  /** One with nothing said of it. */
  public static Account plain(String name) {
    return new Account(name, List.of(), 1, MAX_BACKLOG, 0);
  }

  Account withKeys(List<AccountKey> others) {
    return new Account(name, others, weight, maxBacklog, ratePerSecond);
  }
}
