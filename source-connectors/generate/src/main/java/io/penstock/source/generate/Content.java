package io.penstock.source.generate;

import java.time.Instant;

/** What the lanes hold: the same record at the same place, whenever it is asked for. */
interface Content {

  /** The lane has records at the positions from 0 up to this one; it may grow. */
  long end(int lane);

  /** Whether the lanes never end; {@link #end} is then out of reach. */
  boolean endless();

  /**
   * Makes the record at a position.
   *
   * @param connector the name of the connector
   * @param now its time
   */
  GeneratedRecord record(String connector, int lane, long position, Instant now);
}
