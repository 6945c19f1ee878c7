package io.penstock.connector;

/**
 * How far a lane is settled.
 *
 * @param position every record below it is settled
 * @param settledBeyond ranges above it that are settled too, to spare them after a restart; a source
 *     stores as much of it as it can
 */
public record LaneCommit(long position, PositionRanges settledBeyond) {}
