package io.penstock.engine.transform;

import io.penstock.connector.Codec;
import io.penstock.functions.Event;

/** Makes an event into another. Immutable, thread-safe. */
@FunctionalInterface
public interface Transform {

  /**
   * The event with another payload; id, source and the rest stay.
   *
   * @throws io.penstock.connector.DecodeException if the payload can't be read: the event then goes
   *     to the failure sinks
   */
  Event apply(Event event, Codec format);
}
