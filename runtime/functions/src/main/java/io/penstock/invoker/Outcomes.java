package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the outcomes of a batch by index, and costs nothing while every event is done without
 * results. Not thread-safe.
 */
final class Outcomes {

  private final int size;
  private EventOutcome @Nullable [] outcomes;

  Outcomes(int size) {
    this.size = size;
  }

  void set(int index, EventOutcome outcome) {
    if (outcomes == null) {
      if (outcome == EventOutcome.Done.EMPTY) {
        return;
      }
      outcomes = new EventOutcome[size];
      Arrays.fill(outcomes, EventOutcome.Done.EMPTY);
    }
    outcomes[index] = outcome;
  }

  /** Sets the outcome of this and all later events. */
  void setFrom(int index, EventOutcome outcome) {
    for (int i = index; i < size; i++) {
      set(i, outcome);
    }
  }

  InvocationResult result() {
    return outcomes == null
        ? InvocationResult.AllDone.INSTANCE
        : new InvocationResult.InOrder(List.of(outcomes));
  }
}
