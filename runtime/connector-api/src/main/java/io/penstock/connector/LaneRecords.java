package io.penstock.connector;

import java.util.List;

/**
 * What one poll found in one lane.
 *
 * @param lane the lane, one that the source owns
 * @param records in source order, positions rising; may be empty
 * @param nextPosition the position to go on from: above the last record's, and above anything the
 *     source skipped on its own account (transaction markers), so that it is committed too
 */
public record LaneRecords(Lane lane, List<? extends SourceRecord> records, long nextPosition) {}
