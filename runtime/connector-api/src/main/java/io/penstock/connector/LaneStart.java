package io.penstock.connector;

/**
 * Where a lane begins when it is handed to this worker.
 *
 * @param lane the lane
 * @param position the first position that may be unsettled
 * @param settled what was settled beyond it before, and must not be handled again
 */
public record LaneStart(Lane lane, long position, PositionRanges settled) {}
