package io.penstock.engine.filter;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers between two bounds, of which either may be missing. Compared exactly. */
record NumberRange(@Nullable Bound lower, @Nullable Bound upper) implements Condition {

  /** A bound, itself in the range or not. */
  record Bound(BigDecimal value, Edge edge) {}

  /** Whether a bound is in the range. */
  enum Edge {
    INCLUDED,
    EXCLUDED
  }

  @Override
  public boolean text(String value) {
    return false;
  }

  @Override
  public boolean number(BigDecimal value) {
    return (lower == null || isWithin(value.compareTo(lower.value), lower))
        && (upper == null || isWithin(upper.value.compareTo(value), upper));
  }

  private static boolean isWithin(int distance, Bound bound) {
    return distance > 0 || distance == 0 && bound.edge == Edge.INCLUDED;
  }
}
