package io.penstock.server.cases;

import io.penstock.functions.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a case.
 *
 * @param events what became of each event, by id, in their order
 * @param sinks what each sink got, by name
 * @param calls how often the function was called
 * @param elapsed how much time passed, in the time of the case
 * @param notes what else is worth telling, for example why a lane stopped
 */
public record Observed(
    Map<String, Fate> events,
    Map<String, List<Delivered>> sinks,
    int calls,
    Duration elapsed,
    List<String> notes) {

  /** How an event ended. */
  public enum Settled {
    /** Handled, and every sink has its results. */
    DELIVERED,
    /** It did not pass the filter. */
    FILTERED,
    /** The failure sinks have it. */
    DEAD_LETTERED,
    /** It was given up, as onFailure says. */
    DROPPED,
    /** It had not ended when the case did. */
    UNSETTLED
  }

  /**
   * What became of an event.
   *
   * @param as how it ended
   * @param code why it was given up, if it was
   * @param text the same for people
   * @param calls how many calls of the function held it
   */
  public record Fate(Settled as, Optional<String> code, Optional<String> text, int calls) {}

  /**
   * What a sink got.
   *
   * @param event a result or a dead letter
   * @param orderKey records with the same one are in order; 0 for none
   */
  public record Delivered(Event event, long orderKey) {}
}
