package io.penstock.engine;

import java.time.Duration;

/**
 * When a batch is closed: by the first of count, bytes and wait.
 *
 * @param maxEvents at most so many events, 1 or more
 * @param maxBytes at most so many bytes, 1 or more; one larger event goes alone
 * @param maxWait how long the oldest event waits for company; zero means that a batch takes what is
 *     there when a slot is free
 */
public record BatchPolicy(int maxEvents, long maxBytes, Duration maxWait) {

  /** Up to 100 events and 1 MiB, without waiting. */
  public static final BatchPolicy DEFAULT = new BatchPolicy(100, 1 << 20, Duration.ZERO);

  /** Checks. */
  public BatchPolicy {
    if (maxEvents < 1 || maxBytes < 1 || maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "batch of " + maxEvents + " events, " + maxBytes + " bytes, " + maxWait);
    }
  }
}
