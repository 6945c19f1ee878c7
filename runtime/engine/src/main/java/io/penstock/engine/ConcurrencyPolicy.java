package io.penstock.engine;

import java.util.OptionalDouble;

/**
 * How a limit is found, and its bounds.
 *
 * @param algorithm what finds it
 * @param min the limit is never lower, 1 or more
 * @param max the limit is never higher
 * @param initial where it starts
 * @param tolerance of the adaptive algorithm: how many times the latency without a queue is borne,
 *     more than 1; empty for {@link #DEFAULT_TOLERANCE}, or {@link #STREAM_TOLERANCE} where it is for
 *     a sink that keeps order
 */
public record ConcurrencyPolicy(
    Algorithm algorithm, int min, int max, int initial, OptionalDouble tolerance) {

  /** What finds a limit. */
  public enum Algorithm {
    /** By refusals, timeouts and latency; for backends that say when to come back also a rate. */
    ADAPTIVE,
    /** Additive increase, multiplicative decrease, by refusals and timeouts. */
    AIMD,
    /** It stays at {@code max}. */
    FIXED
  }

  /** Of a backend that works on each call for itself. */
  public static final double DEFAULT_TOLERANCE = 1.5;

  /** Of one that makes a stream of its calls: it sends what waits together, and gains by that. */
  public static final double STREAM_TOLERANCE = 4;

  /** Adaptive from 1 to 64, starting at 4. */
  public static final ConcurrencyPolicy DEFAULT = adaptive(1, 64, 4);

  /** Checks. */
  public ConcurrencyPolicy {
    if (min < 1 || max < min || initial < min || initial > max) {
      throw new IllegalArgumentException(
          "concurrency from " + min + " to " + max + ", starting at " + initial);
    }
    if (!(tolerance.orElse(DEFAULT_TOLERANCE) > 1)) {
      throw new IllegalArgumentException("tolerance must be more than 1: " + tolerance);
    }
  }

  /** Adaptive in these bounds. */
  public static ConcurrencyPolicy adaptive(int min, int max, int initial) {
    return new ConcurrencyPolicy(Algorithm.ADAPTIVE, min, max, initial, OptionalDouble.empty());
  }

  /** Additive increase, multiplicative decrease in these bounds. */
  public static ConcurrencyPolicy aimd(int min, int max, int initial) {
    return new ConcurrencyPolicy(Algorithm.AIMD, min, max, initial, OptionalDouble.empty());
  }

  /** Always so many. */
  public static ConcurrencyPolicy fixed(int limit) {
    return new ConcurrencyPolicy(Algorithm.FIXED, limit, limit, limit, OptionalDouble.empty());
  }
}
