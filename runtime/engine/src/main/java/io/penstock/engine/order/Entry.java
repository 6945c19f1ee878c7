package io.penstock.engine.order;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link ReadyQueue} queues. Holds the queue's own links, so that queueing allocates nothing.
 */
public abstract class Entry {

  /** Entries of one lane with the same key keep their order. */
  final long orderKey;

  final int sizeBytes;

  /** A batch that holds this entry has at most so many; lowered when a batch is split. */
  int batchCap = Integer.MAX_VALUE;

  /** Since when it could go. */
  long readySinceNs;

  /** Until when it is parked. */
  long dueNs;

  @Nullable KeySlot slot;
  @Nullable Entry next;

  /** Makes an entry with its order key and size. */
  protected Entry(long orderKey, int sizeBytes) {
    this.orderKey = orderKey;
    this.sizeBytes = sizeBytes;
  }

  /** What order is kept by, 0 for nothing. */
  public final long orderKey() {
    return orderKey;
  }

  /** How many bytes it keeps. */
  public final int sizeBytes() {
    return sizeBytes;
  }

  /** The largest batch it may be part of. */
  public final int batchCap() {
    return batchCap;
  }

  /** Sets until when it is to be parked when it is put back. */
  public final void dueNs(long timeNs) {
    this.dueNs = timeNs;
  }

  /** Until when it is to be parked when it is put back. */
  public final long dueNs() {
    return dueNs;
  }

  /** Sets the largest batch it may be part of, 1 or more. */
  public final void batchCap(int cap) {
    this.batchCap = cap;
  }
}
