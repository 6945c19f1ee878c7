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
 * @param problems why a record can't be read, by index; null if all can
 * @param nextPosition the position to go on from
 */
public record Chunk(
    LaneHandle lane,
    List<? extends SourceRecord> records,
    @Nullable Event[] events,
    @Nullable String @Nullable [] problems,
    long nextPosition) {}
