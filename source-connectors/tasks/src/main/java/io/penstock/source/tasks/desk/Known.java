package io.penstock.source.tasks.desk;

import io.penstock.connector.AttemptEnd;
import io.penstock.source.tasks.schedule.Ticket;
import io.penstock.source.tasks.store.Partitions;
import io.penstock.source.tasks.store.Result;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.StoredTask.Progress;
import org.jspecify.annotations.Nullable;

/** A task that a worker has in memory. */
final class Known {

  /** As far as this worker knows; what somebody else has changed is told later. */
  StoredTask task;

  /** Kept from its submission if it is small; else read when it is handed over. */
  byte @Nullable [] payload;

  /** On its way through the engine. */
  @Nullable TaskRecord record;

  /** How its last attempt ended. */
  @Nullable AttemptEnd end;

  @Nullable Result result;

  /** When its function had done it, in milliseconds since the epoch. */
  long doneMs;

  /** What its function told and isn't written yet. */
  @Nullable Progress told;

  /** Changes of it that are being written. */
  int saving;

  /** It is over, and kept here only until that is written. */
  boolean isEnding;

  /** It is another worker's, or deleted: nothing more is done about it. */
  boolean isGone;

  long leaseUntilNs;

  Known(StoredTask task, byte @Nullable [] payload) {
    this.task = task;
    this.payload = payload;
  }

  int partition() {
    return Partitions.of(task.spec());
  }

  Ticket ticket() {
    return Tickets.of(task);
  }
}
