package io.penstock.connector;

import java.time.Instant;

/** A place in a log. */
public sealed interface SeekTarget {

  /** The first record that is kept. */
  record Earliest() implements SeekTarget {}

  /** After the last record. */
  record Latest() implements SeekTarget {}

  /** The first record at or after an instant; after the last record if there is none. */
  record At(Instant instant) implements SeekTarget {}

  /** The record at a position, or the next one kept after it. */
  record Position(long position) implements SeekTarget {}
}
