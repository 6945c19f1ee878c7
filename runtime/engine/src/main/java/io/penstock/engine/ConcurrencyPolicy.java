package io.penstock.engine;

/**
 * Bounds of an adaptive limit.
 *
 * @param min the limit is never lower, 1 or more
 * @param max the limit is never higher
 * @param initial where it starts
 */
public record ConcurrencyPolicy(int min, int max, int initial) {

  /** From 1 to 64, starting at 4. */
  public static final ConcurrencyPolicy DEFAULT = new ConcurrencyPolicy(1, 64, 4);

  /** Checks. */
  public ConcurrencyPolicy {
    if (min < 1 || max < min || initial < min || initial > max) {
      throw new IllegalArgumentException(
          "concurrency from " + min + " to " + max + ", starting at " + initial);
    }
  }
}
