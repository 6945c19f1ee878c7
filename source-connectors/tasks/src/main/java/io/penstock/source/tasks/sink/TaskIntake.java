package io.penstock.source.tasks.sink;

import io.penstock.connector.SinkOutcome;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Takes tasks from sinks of the same worker. Thread-safe. */
public interface TaskIntake {

  /** Keeps a task; answers when it is durable. */
  CompletionStage<SinkOutcome> take(Wish wish);

  /**
   * A task that a sink hands in.
   *
   * @param account whose it is to be
   * @param function what it is for, as in a request
   * @param id the same for the same event
   * @param event with the payload
   * @param hops how many sinks have handed it on, this one included
   * @param priority higher comes first
   * @param delay not before this time has passed
   */
  record Wish(
      String account,
      String function,
      String id,
      Event event,
      int hops,
      int priority,
      Duration delay) {}
}
