package io.penstock.engine.core;

import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.engine.deliver.Delivery;
import io.penstock.engine.intake.Budget;
import io.penstock.engine.order.Entry;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event under way, from its admission to its settlement. Belongs to the core thread. */
final class Work extends Entry {

  final SourceRecord record;

  /** The event as the function gets it; null if the record could not be read. */
  final @Nullable Event event;

  final LaneState lane;
  final Route route;
  final long takenNs;

  /** Its sequence number in the lane's ledger. */
  long sequence;

  /** Failed attempts, and throttles since the last one. */
  int failures;

  int throttles;

  /** Deliveries that have to end before it is settled. */
  int pending;

  long resultBytes;

  /** Taken out of the ready queue, and neither put back nor ended. */
  boolean out;

  /** The ready queue waits to hear of it: by being put back, or done. */
  boolean holdsKey;

  /** Settled, or gone with its lane: nothing can happen to it any more. */
  boolean ended;

  /** It holds up a full window and is to be given up as soon as it fails. */
  boolean evict;

  /** Its source does not want it any more: it is dropped as soon as it isn't done. */
  boolean cancelled;

  /** It keeps its lane halted. */
  boolean halting;

  /** The batch of a plain stream, which holds its slot until all its works have left. */
  @Nullable BatchRun stream;

  Settlement verdict = Settlement.DELIVERED;
  private @Nullable List<Delivery.Refusal<Work>> refusals;

  Work(
      SourceRecord record,
      @Nullable Event event,
      LaneState lane,
      Route route,
      long orderKey,
      long takenNs) {
    super(orderKey, record.sizeBytes());
    this.record = record;
    this.event = event;
    this.lane = lane;
    this.route = route;
    this.takenNs = takenNs;
  }

  /** The event of a record that could be read. */
  Event readableEvent() {
    Event readable = event;
    if (readable == null) {
      throw new IllegalStateException("an unreadable record went to a function");
    }
    return readable;
  }

  long budgetBytes() {
    return sizeBytes() + Budget.EVENT_OVERHEAD + resultBytes;
  }

  /** Whether a sink has refused one of its results before. */
  boolean wasRefusedBy(Object port) {
    return refusals != null && refusals.stream().anyMatch(r -> r.port() == port);
  }

  void refused(Delivery.Refusal<Work> refusal) {
    if (refusals == null) {
      refusals = new ArrayList<>(1);
    }
    refusals.add(refusal);
  }

  /** Lets go what was held back for it. */
  void releaseHeld(long nowNs) {
    if (refusals != null) {
      for (Delivery.Refusal<Work> refusal : refusals) {
        if (refusal.delivery().isOrdered()) {
          refusal.port().release(refusal.delivery(), nowNs);
        }
      }
      refusals = null;
    }
  }
}
