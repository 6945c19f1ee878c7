package io.penstock.functions;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of each event of a batch, by event id. Immutable.
 *
 * <p>Every event of the batch must be named, once, and no other: a missing or unknown id fails the
 * whole batch, so that nothing can be lost by a typing error.
 */
public final class BatchOutcome {

  private static final BatchOutcome ALL_DONE = new BatchOutcome(Map.of(), true);

  private final Map<String, Outcome> outcomes;
  private final boolean allDone;

  private BatchOutcome(Map<String, Outcome> outcomes, boolean allDone) {
    this.outcomes = outcomes;
    this.allDone = allDone;
  }

  /** Every event of the batch is handled, with nothing to pass on. */
  public static BatchOutcome allDone() {
    return ALL_DONE;
  }

  /** Starts a batch outcome. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether this is {@link #allDone()}, which speaks for every event without naming any. */
  public boolean isAllDone() {
    return allDone;
  }

  /** The outcome of one event, if it is named. */
  public Optional<Outcome> outcome(String eventId) {
    return Optional.ofNullable(outcomes.get(eventId));
  }

  /** The named outcomes by event id, in the order they were added; empty for {@link #allDone()}. */
  public Map<String, Outcome> outcomes() {
    return outcomes;
  }

  @Override
  public String toString() {
    return allDone ? "all done" : outcomes.toString();
  }

  /** Collects outcomes. Not thread-safe. */
  public static final class Builder {

    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets the outcome of an event.
     *
     * @throws IllegalArgumentException if the event has an outcome already
     */
    public Builder put(Event event, Outcome outcome) {
      return put(event.id(), outcome);
    }

    /** As {@link #put(Event, Outcome)}, by the event's id. */
    public Builder put(String eventId, Outcome outcome) {
      if (outcomes.putIfAbsent(eventId, Objects.requireNonNull(outcome, "outcome")) != null) {
        throw new IllegalArgumentException("event '" + eventId + "' has an outcome already");
      }
      return this;
    }

    /** Makes the batch outcome. */
    public BatchOutcome build() {
      return new BatchOutcome(Collections.unmodifiableMap(new LinkedHashMap<>(outcomes)), false);
    }
  }
}
