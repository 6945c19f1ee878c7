package io.penstock.source.tasks.gateway;

import java.util.List;

/**
 * Somebody who hands in tasks.
 *
 * @param name unique
 * @param keyHashes SHA-256 of the keys that stand for it; empty lets this machine in without a key
 * @param weight how much it counts against others
 * @param maxBacklog how many tasks it may have that are neither at their end nor paused
 * @param ratePerSecond how many tasks it may hand in per second; 0 for no limit
 */
public record Account(
    String name, List<byte[]> keyHashes, double weight, long maxBacklog, double ratePerSecond) {

  /** What tasks belong to where there are no accounts. */
  public static final String DEFAULT = "default";

  /** Copies. */
  public Account {
    keyHashes = List.copyOf(keyHashes);
  }
}
