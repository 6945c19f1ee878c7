package io.penstock.connector;

import java.time.Duration;
import java.util.Set;

/**
 * What a queue can do, and its limits.
 *
 * @param has the capabilities
 * @param lease how long a record stays ours without renewal; positive
 * @param minReleaseDelay the shortest delay of a release; shorter ones are held in memory
 * @param maxDeliveries how often the queue delivers a record before it drops or dead-letters it by
 *     itself; 0 if it never does
 */
public record QueueCapabilities(
    Set<QueueCapability> has, Duration lease, Duration minReleaseDelay, int maxDeliveries) {

  /** Checks and copies. */
  public QueueCapabilities {
    has = Set.copyOf(has);
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease must be positive: " + lease);
    }
  }
}
