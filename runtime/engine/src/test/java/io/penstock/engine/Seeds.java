package io.penstock.engine;

import java.util.SplittableRandom;

/**
 * Runs a property for many seeds. A failure names its seed; repeat it alone with {@code
 * -Dpenstock.seed=SEED}.
 */
public final class Seeds {

  /** What must hold for every seed. */
  @FunctionalInterface
  public interface Property {
    /** Throws if it doesn't hold. */
    void check(SplittableRandom random);
  }

  private Seeds() {}

  /** Checks the property for the seeds from 0 up. */
  public static void each(int count, Property property) {
    Long only = Long.getLong("penstock.seed");
    long first = only == null ? 0 : only;
    long end = only == null ? count : only + 1;
    for (long seed = first; seed < end; seed++) {
      try {
        property.check(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
