package io.penstock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * When a failed event or delivery is tried again: exponential backoff with full jitter in its upper
 * half (each delay is between half of the computed one and all of it).
 *
 * @param maxAttempts how often at most, the first try included; empty for no bound
 * @param initialBackoff the delay after the first failure; each further one is twice as long
 * @param maxBackoff no delay is longer
 * @param maxAge after this time since the event was taken, no further try; empty for no bound
 */
public record RetryPolicy(
    OptionalInt maxAttempts,
    Duration initialBackoff,
    Duration maxBackoff,
    Optional<Duration> maxAge) {

  /** Without end, from 200 ms up to 30 s apart. */
  public static final RetryPolicy FOREVER =
      new RetryPolicy(
          OptionalInt.empty(), Duration.ofMillis(200), Duration.ofSeconds(30), Optional.empty());

  private static final Duration LONGEST_DELAY = Duration.ofDays(365);

  /** Checks. */
  public RetryPolicy {
    if (maxAttempts.isPresent() && maxAttempts.getAsInt() < 1) {
      throw new IllegalArgumentException("maxAttempts must be 1 or more: " + maxAttempts);
    }
    if (initialBackoff.isNegative() || maxBackoff.compareTo(initialBackoff) < 0) {
      throw new IllegalArgumentException("backoff from " + initialBackoff + " to " + maxBackoff);
    }
  }

  /** This policy with so many attempts. */
  public RetryPolicy withMaxAttempts(int attempts) {
    return new RetryPolicy(OptionalInt.of(attempts), initialBackoff, maxBackoff, maxAge);
  }

  /** Whether so many failed attempts are enough. */
  public boolean isExhausted(int failedAttempts) {
    return maxAttempts.isPresent() && failedAttempts >= maxAttempts.getAsInt();
  }

  /**
   * The delay after a number of failures in a row.
   *
   * @param failures 1 or more
   * @param random from 0 to 1
   * @return nanoseconds
   */
  public long backoffNs(int failures, double random) {
    long max = maxBackoff.toNanos();
    long initial = initialBackoff.toNanos();
    int doublings = Math.min(failures - 1, 62);
    long delay = initial > max >> doublings ? max : initial << doublings;
    return delay / 2 + (long) (delay / 2.0 * random);
  }

  /**
   * A delay that a function, a sink or a person asks for, in nanoseconds. They may ask for any; none
   * is below zero or longer than a year, so that a time plus a delay is always a time.
   */
  public static long delayNs(Duration asked) {
    if (asked.isNegative()) {
      return 0;
    }
    return (asked.compareTo(LONGEST_DELAY) < 0 ? asked : LONGEST_DELAY).toNanos();
  }
}
