package io.penstock.connector;

/** The one final outcome of an event. */
public enum Settlement {
  /** Handled, and every success sink has its results. */
  DELIVERED,
  /** Did not pass the connector's filter. */
  FILTERED,
  /** Every failure sink has it. */
  DEAD_LETTERED,
  /** Given up by a policy that says so explicitly. */
  DROPPED
}
