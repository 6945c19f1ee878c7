package io.penstock.connector;

import java.time.Instant;
import java.util.List;

/**
 * What functions logged about an event on the threads that handled it in this worker, as far as it is
 * still in memory. Thread-safe; its methods don't block.
 */
@FunctionalInterface
public interface EventLog {

  /** Remembers nothing. */
  EventLog NONE = (source, id) -> List.of();

  /**
   * One entry, perhaps with a stack trace.
   *
   * @param time when it was logged
   * @param level such as {@code INFO}
   * @param logger who logged it
   * @param text what was logged; its lines are separated by line feeds
   */
  record Line(Instant time, String level, String logger, String text) {}

  /**
   * What was logged about an event, oldest first; empty if nothing is known.
   *
   * @param source of the event, as in CloudEvents
   * @param id of the event
   */
  List<Line> lines(String source, String id);
}
