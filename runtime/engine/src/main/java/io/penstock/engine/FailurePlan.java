package io.penstock.engine;

import java.util.List;

/** What becomes of an event that can't be handled. */
public sealed interface FailurePlan {

  /** Nobody said: the lane stops and says so, and nothing is lost. */
  record Halt() implements FailurePlan {}

  /** Give it up, count it. */
  record Drop() implements FailurePlan {}

  /** Every one of these sinks gets a dead letter. */
  record DeadLetter(List<SinkPlan> sinks) implements FailurePlan {
    /** Checks and copies. */
    public DeadLetter {
      sinks = List.copyOf(sinks);
      if (sinks.isEmpty()) {
        throw new IllegalArgumentException("a dead letter needs a sink");
      }
    }
  }
}
