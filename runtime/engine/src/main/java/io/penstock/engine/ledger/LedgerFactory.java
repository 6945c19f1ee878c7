package io.penstock.engine.ledger;

import io.penstock.connector.LaneStart;

/** Makes the ledger of a lane. */
public interface LedgerFactory {

  /** The real one. */
  LedgerFactory DEFAULT =
      new LedgerFactory() {
        @Override
        public <T> Ledger<T> ledger(LaneStart start, int maxSpan) {
          return new Ledger<>(start.position(), start.settled(), maxSpan);
        }
      };

  /** A ledger that begins where the lane does. */
  <T> Ledger<T> ledger(LaneStart start, int maxSpan);
}
