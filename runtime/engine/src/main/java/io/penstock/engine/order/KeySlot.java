package io.penstock.engine.order;

import org.jspecify.annotations.Nullable;

/** The entries of one key that wait, first to last, and how many are out. */
final class KeySlot {

  /** Where a slot stands in its {@link KeyOrder}. */
  enum Place {
    /** Entries are out, or none waits. */
    NOWHERE,
    /** In the line of those that can go. */
    READY,
    /** In the heap of those that wait for a time. */
    PARKED
  }

  final long key;
  Place place = Place.NOWHERE;
  @Nullable Entry first;
  @Nullable Entry last;
  int waiting;
  long waitingBytes;
  int out;
  long notBeforeNs = Long.MIN_VALUE;
  long readySinceNs;

  KeySlot(long key) {
    this.key = key;
  }

  void addLast(Entry entry) {
    entry.next = null;
    if (last == null) {
      first = entry;
    } else {
      last.next = entry;
    }
    last = entry;
    waiting++;
    waitingBytes += entry.sizeBytes;
  }

  void addFirst(Entry entry) {
    entry.next = first;
    first = entry;
    if (last == null) {
      last = entry;
    }
    waiting++;
    waitingBytes += entry.sizeBytes;
  }

  Entry removeFirst() {
    Entry entry = first;
    if (entry == null) {
      throw new IllegalStateException("no entry waits in slot " + key);
    }
    first = entry.next;
    if (first == null) {
      last = null;
    }
    entry.next = null;
    waiting--;
    waitingBytes -= entry.sizeBytes;
    return entry;
  }
}
