package io.penstock.engine.order;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Entries with the same order key go one batch at a time: none leaves while one of its key is out.
 * Other keys go side by side. A key whose entry was put back waits with all its entries; the others
 * don't.
 *
 * <pre>
 *   key 7:  [a b c]            READY
 *   key 3:  [d]     out: e f   NOWHERE until e and f are done or put back
 *   key 9:  [g h]              PARKED until its time
 * </pre>
 *
 * <p>An entry without a key (0) has a slot of its own. With {@link Spread#ONE_KEY_A_BATCH} and the
 * lane as the key this is order by lane.
 */
public final class KeyOrder<E extends Entry> implements ReadyQueue<E> {

  /** How keys share batches. */
  public enum Spread {
    /** A batch may hold several keys, and several entries of each. */
    MANY_KEYS_A_BATCH,
    /** A batch holds one key only. */
    ONE_KEY_A_BATCH
  }

  private final KeySlots slots = new KeySlots();
  private final ArrayDeque<KeySlot> ready = new ArrayDeque<>();
  private final PriorityQueue<KeySlot> parked =
      new PriorityQueue<>(Comparator.comparingLong(s -> s.notBeforeNs));
  private final Spread spread;
  private final int maxPerKey;
  private int readyEntries;
  private long readyBytes;
  private int size;

  /**
   * An empty queue.
   *
   * @param maxPerKey how many entries of one key a batch may hold, 1 or more
   */
  public KeyOrder(Spread spread, int maxPerKey) {
    this.spread = spread;
    this.maxPerKey = maxPerKey;
  }

  @Override
  public void add(E entry, long nowNs) {
    KeySlot slot = entry.orderKey == 0 ? new KeySlot(0) : slots.get(entry.orderKey);
    entry.slot = slot;
    entry.readySinceNs = nowNs;
    slot.addLast(entry);
    size++;
    if (slot.place == KeySlot.Place.READY) {
      readyEntries++;
      readyBytes += entry.sizeBytes;
    } else {
      place(slot, nowNs);
    }
  }

  /** Puts a slot where it belongs, if nothing of it is out. */
  private void place(KeySlot slot, long nowNs) {
    if (slot.out > 0 || slot.place != KeySlot.Place.NOWHERE) {
      return;
    }
    if (slot.first == null) {
      forget(slot);
    } else if (slot.notBeforeNs > nowNs) {
      slot.place = KeySlot.Place.PARKED;
      parked.add(slot);
    } else {
      slot.place = KeySlot.Place.READY;
      slot.readySinceNs = Math.max(slot.first.readySinceNs, slot.notBeforeNs);
      ready.addLast(slot);
      readyEntries += slot.waiting;
      readyBytes += slot.waitingBytes;
    }
  }

  @Override
  public void wake(long nowNs) {
    KeySlot slot;
    while ((slot = parked.peek()) != null && slot.notBeforeNs <= nowNs) {
      parked.poll();
      slot.place = KeySlot.Place.NOWHERE;
      place(slot, nowNs);
    }
  }

  @Override
  public boolean takeBatch(BatchLimits limits, long nowNs, List<E> into) {
    KeySlot slot = spread == Spread.ONE_KEY_A_BATCH ? closable(limits, nowNs) : null;
    if (slot != null) {
      ready.remove(slot);
      takeFrom(slot, limits, 0, limits.maxEvents(), into);
      return true;
    }
    if (spread == Spread.ONE_KEY_A_BATCH || !isClosable(limits, nowNs)) {
      return false;
    }
    long bytes = 0;
    int most = limits.maxEvents();
    while ((slot = ready.peekFirst()) != null && slot.first != null && into.size() < most) {
      if (!into.isEmpty() && bytes + slot.first.sizeBytes > limits.maxBytes()) {
        break;
      }
      most = Math.min(most, slot.first.batchCap);
      if (!into.isEmpty() && into.size() >= most) {
        break;
      }
      ready.pollFirst();
      int before = into.size();
      most = takeFrom(slot, limits, bytes, most, into);
      for (int i = before; i < into.size(); i++) {
        bytes += into.get(i).sizeBytes;
      }
    }
    return true;
  }

  private boolean isClosable(BatchLimits limits, long nowNs) {
    KeySlot oldest = ready.peekFirst();
    return oldest != null && closesAtNs(oldest, limits) - nowNs <= 0;
  }

  private @Nullable KeySlot closable(BatchLimits limits, long nowNs) {
    for (KeySlot slot : ready) {
      if (closesAtNs(slot, limits) - nowNs <= 0) {
        return slot;
      }
    }
    return null;
  }

  /** When a batch that begins with this slot is closed: at once if it is full, else by its wait. */
  private long closesAtNs(KeySlot slot, BatchLimits limits) {
    return isFull(slot, limits) ? slot.readySinceNs : slot.readySinceNs + limits.maxWaitNs();
  }

  private boolean isFull(KeySlot slot, BatchLimits limits) {
    int most = slot.first == null ? 0 : Math.min(limits.maxEvents(), slot.first.batchCap);
    if (spread == Spread.ONE_KEY_A_BATCH) {
      return slot.waiting >= Math.min(most, maxPerKey) || slot.waitingBytes >= limits.maxBytes();
    }
    int entries = maxPerKey == 1 ? ready.size() : readyEntries;
    return entries >= most || readyBytes >= limits.maxBytes();
  }

  /** Takes what fits of one slot; it is out of the ready line already. Answers the batch's cap. */
  @SuppressWarnings("unchecked") // only add() and putBack() fill slots, with E
  private int takeFrom(KeySlot slot, BatchLimits limits, long usedBytes, int most, List<E> into) {
    slot.place = KeySlot.Place.NOWHERE;
    readyEntries -= slot.waiting;
    readyBytes -= slot.waitingBytes;
    long bytes = usedBytes;
    int cap = most;
    Entry entry;
    while ((entry = slot.first) != null && slot.out < maxPerKey) {
      cap = Math.min(cap, entry.batchCap);
      bytes += entry.sizeBytes;
      if (!into.isEmpty() && (into.size() >= cap || bytes > limits.maxBytes())) {
        break;
      }
      slot.removeFirst();
      slot.out++;
      size--;
      into.add((E) entry);
    }
    return cap;
  }

  @Override
  public void putBack(E entry, long dueNs, long nowNs) {
    KeySlot slot = slotOf(entry);
    entry.readySinceNs = Math.max(dueNs, nowNs);
    slot.addFirst(entry);
    slot.notBeforeNs = Math.max(slot.notBeforeNs, dueNs);
    slot.out--;
    size++;
    place(slot, nowNs);
  }

  @Override
  public void done(E entry, long nowNs) {
    KeySlot slot = slotOf(entry);
    slot.out--;
    place(slot, nowNs);
  }

  private static KeySlot slotOf(Entry entry) {
    KeySlot slot = entry.slot;
    if (slot == null || slot.out == 0) {
      throw new IllegalStateException("an entry that is not out was ended");
    }
    return slot;
  }

  @Override
  public void removeIf(Predicate<E> matches) {
    List<KeySlot> all = slots.all();
    for (KeySlot slot : ready) {
      if (slot.key == 0) {
        all.add(slot);
      }
    }
    for (KeySlot slot : parked) {
      if (slot.key == 0) {
        all.add(slot);
      }
    }
    for (KeySlot slot : all) {
      removeFrom(slot, matches);
    }
    dropEmpty(ready.iterator());
    dropEmpty(parked.iterator());
  }

  @SuppressWarnings("unchecked") // only add() and putBack() fill slots, with E
  private void removeFrom(KeySlot slot, Predicate<E> matches) {
    int count = slot.waiting;
    for (int i = 0; i < count; i++) {
      Entry entry = slot.removeFirst();
      if (matches.test((E) entry)) {
        size--;
        if (slot.place == KeySlot.Place.READY) {
          readyEntries--;
          readyBytes -= entry.sizeBytes;
        }
      } else {
        slot.addLast(entry);
      }
    }
  }

  private void dropEmpty(Iterator<KeySlot> line) {
    while (line.hasNext()) {
      KeySlot slot = line.next();
      if (slot.first == null) {
        line.remove();
        slot.place = KeySlot.Place.NOWHERE;
        forget(slot);
      }
    }
  }

  private void forget(KeySlot slot) {
    if (slot.key != 0) {
      slots.remove(slot);
    }
  }

  @Override
  public int readyNow() {
    return maxPerKey == 1 ? ready.size() : readyEntries;
  }

  @Override
  public int size() {
    return size;
  }

  /** How many keys are known: those of which something waits or is out. */
  int keys() {
    return slots.size();
  }

  @Override
  public long nextChangeNs(BatchLimits limits) {
    KeySlot firstParked = parked.peek();
    long next = firstParked == null ? NEVER : firstParked.notBeforeNs;
    if (spread == Spread.ONE_KEY_A_BATCH) {
      for (KeySlot slot : ready) {
        next = Math.min(next, closesAtNs(slot, limits));
      }
    } else if (!ready.isEmpty()) {
      next = Math.min(next, closesAtNs(ready.getFirst(), limits));
    }
    return next;
  }
}
