package io.penstock.source.tasks.desk;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How a desk works.
 *
 * @param slots how many tasks may be out at a time
 * @param lease how long a task stays out without renewal
 * @param stopGrace after this time a task that was to stop is said not to have stopped
 * @param retention how long tasks are kept after their end
 * @param maxResultBytes a result that is larger is not kept with its task
 * @param weights of accounts; 1 where nothing is said
 * @param clock of people
 * @param nanoTime a clock that never goes back, in nanoseconds
 */
public record DeskOptions(
    int slots,
    Duration lease,
    Duration stopGrace,
    Duration retention,
    int maxResultBytes,
    Map<String, Double> weights,
    InstantSource clock,
    LongSupplier nanoTime) {

  /** Copies. */
  public DeskOptions {
    weights = Map.copyOf(weights);
  }
}
