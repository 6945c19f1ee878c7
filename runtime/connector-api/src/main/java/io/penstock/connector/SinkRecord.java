package io.penstock.connector;

import io.penstock.functions.Event;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to a sink.
 *
 * @param event a result or a dead letter
 * @param key the key of the record it came from, byte for byte, or null if that had none
 * @param orderKey what order is kept by; records of one call with the same order key are in order
 * @param cause the event that it was made of, as the source gave it; null if that could not be read
 */
public record SinkRecord(Event event, byte @Nullable [] key, long orderKey, @Nullable Event cause) {

  /** With nothing known of its cause. */
  public SinkRecord(Event event, byte @Nullable [] key, long orderKey) {
    this(event, key, orderKey, null);
  }
}
