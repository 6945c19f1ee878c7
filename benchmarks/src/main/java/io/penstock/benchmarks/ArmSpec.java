package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.Arm;
import java.util.Map;

/**
 * An arm in the table.
 *
 * @param name as the table and the JSON call it
 * @param type what runs
 * @param order what its output is checked for
 * @param options what only this arm understands
 */
record ArmSpec(String name, Class<? extends Arm> type, Order order, Map<String, String> options) {

  static final String BARE = "bare";

  /** What an arm promises about the sequence of its results. */
  enum Order {
    NONE,
    KEY
  }

  ArmSpec {
    options = Map.copyOf(options);
  }
}
