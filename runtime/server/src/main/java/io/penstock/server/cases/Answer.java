package io.penstock.server.cases;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;

/** What a case lets its function answer when an event is tried once. */
sealed interface Answer {

  /** An outcome of this event. */
  record OfEvent(EventOutcome outcome) implements Answer {}

  /** The whole call ends like this, whatever the other events of its batch would get. */
  record OfCall(InvocationResult result) implements Answer {}

  /** The call doesn't return until its time is over. */
  record Hang() implements Answer {}
}
