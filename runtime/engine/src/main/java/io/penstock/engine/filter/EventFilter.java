package io.penstock.engine.filter;

import io.penstock.connector.Codec;
import io.penstock.functions.Event;

/** Decides which events pass. Immutable, thread-safe. */
@FunctionalInterface
public interface EventFilter {

  /**
   * Whether the event passes.
   *
   * @param format reads the payload if the filter looks into it
   * @throws io.penstock.connector.DecodeException if it must look into the payload and can't: the
   *     event then goes to the failure sinks, it is never silently dropped
   */
  boolean passes(Event event, Codec format);
}
