package io.penstock.engine.intake;

import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brought of one lane, decoded, filtered and transformed.
 *
 * @param lane its lane
 * @param records in order
 * @param events the event of each record; null where it did not pass the filter, or has a problem
 * @param problems what is wrong with a record, by index; null if nothing is with any
 * @param nextPosition the position to go on from
 */
public record Chunk(
    LaneHandle lane,
    List<? extends SourceRecord> records,
    @Nullable Event[] events,
    @Nullable Problem @Nullable [] problems,
    long nextPosition) {

  /**
   * What is wrong with a record.
   *
   * @param kind what, which decides what becomes of it
   * @param text the same for people
   */
  public record Problem(Kind kind, String text) {}

  /** What can be wrong with a record. */
  public enum Kind {
    /** It, or its payload, can't be read: it can't be handled. */
    UNREADABLE,
    /** The filter can't read its payload, and the connector says that it doesn't match then. */
    UNREADABLE_NO_MATCH,
    /** The transform can't be made of it. */
    TRANSFORM_FAILED
  }
}
