package io.penstock.source.cdc;

import io.penstock.connector.SnapshotProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Tells how far a snapshot is, the first one or one that was asked for later. Thread-safe. */
final class SnapshotMeter {

  private final List<String> allTables;
  private final Function<List<String>, OptionalLong> estimate;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private boolean running;
  private int tables;
  private int tablesDone;
  private long rows;
  private long startedNs;
  private OptionalLong expected = OptionalLong.empty();

  /**
   * A meter.
   *
   * @param allTables those that a snapshot reads if it doesn't say which
   * @param estimate how many rows tables have, roughly; asks the database
   */
  SnapshotMeter(
      List<String> allTables,
      Function<List<String>, OptionalLong> estimate,
      LongSupplier nanoTime) {
    this.allTables = allTables;
    this.estimate = estimate;
    this.nanoTime = nanoTime;
  }

  /** A snapshot of all tables begins. Asks the database. */
  void began() {
    began(allTables);
  }

  /** A snapshot of these begins. Asks the database. */
  void began(List<String> read) {
    OptionalLong estimated = estimate.apply(read);
    synchronized (this) {
      running = true;
      tables = read.size();
      tablesDone = 0;
      rows = 0;
      startedNs = nanoTime.getAsLong();
      expected = estimated;
    }
  }

  synchronized boolean isRunning() {
    return running;
  }

  /** A row of a snapshot was read. */
  synchronized void row() {
    rows++;
  }

  /** A table was read to its end. */
  synchronized void tableDone() {
    tablesDone = Math.min(tables, tablesDone + 1);
  }

  /** The snapshot has ended, in whatever way. */
  synchronized void ended() {
    running = false;
  }

  /** How far it is; empty if there is none. */
  synchronized Optional<SnapshotProgress> progress() {
    if (!running) {
      return Optional.empty();
    }
    Optional<Integer> percent = Optional.empty();
    Optional<Duration> left = Optional.empty();
    if (expected.isPresent()) {
      long all = Math.max(1, Math.max(rows, expected.getAsLong()));
      percent = Optional.of((int) Math.min(99, rows * 100 / all)); // all of it is not running
      if (rows > 0) {
        double passedNs = nanoTime.getAsLong() - startedNs;
        left = Optional.of(Duration.ofNanos((long) (passedNs / rows * (all - rows))));
      }
    }
    return Optional.of(new SnapshotProgress(tables, tablesDone, rows, percent, left));
  }
}
