package io.penstock.connector;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a source is with reading what was there before it looked for changes.
 *
 * @param tables how many tables are read, or whatever the source has for them
 * @param tablesDone how many of them are
 * @param rows how many rows were read so far, of all tables
 * @param percent of all rows, from 0 to 100, as far as it can be estimated
 * @param timeLeft at the pace so far
 */
public record SnapshotProgress(
    int tables,
    int tablesDone,
    long rows,
    Optional<Integer> percent,
    Optional<Duration> timeLeft) {}
