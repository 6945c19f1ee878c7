package io.penstock.connector;

import io.penstock.functions.Event;
import org.jspecify.annotations.Nullable;

/**
 * One record that a source hands over. Immutable to its readers; read by one thread at a time, with
 * a happens-before edge between them, so a source may compute {@link #event()} lazily without locks.
 */
public interface SourceRecord {

  /** The order key of a record that has none: it is bound to no other record. */
  long NO_ORDER_KEY = 0;

  /** Its position in its lane. In a log, positions rise from record to record; gaps are fine. */
  long position();

  /** How many bytes of memory the record keeps, as the budget counts it; at least 1. */
  int sizeBytes();

  /**
   * A 64-bit hash of what order is kept by (see {@link OrderKeys}), or {@link #NO_ORDER_KEY}. Two
   * keys with the same hash are ordered with each other, which is harmless.
   */
  long orderKey();

  /**
   * The record as an event.
   *
   * @throws DecodeException if the record can't be read as one (a malformed structured CloudEvent);
   *     it then goes to the failure sinks
   */
  Event event();

  /** The record as it stood in the source. */
  OriginalRecord original();

  /**
   * The key of {@link #original()}, or null. Asked for each record that has a result, so a source
   * that can give it without making the whole original should.
   */
  default byte @Nullable [] key() {
    return original().key();
  }

  /** The route this record names, or null for the connector's own. */
  default @Nullable String route() {
    return null;
  }

  /** What the source has decided about it already; null, as a rule, if it is to be handled. */
  default @Nullable SourceVerdict verdict() {
    return null;
  }

  /** Attempts that the source knows were made before, for example by the worker before this. */
  default int previousAttempts() {
    return 0;
  }
}
