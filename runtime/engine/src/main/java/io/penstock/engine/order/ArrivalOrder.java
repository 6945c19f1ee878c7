package io.penstock.engine.order;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** No order is promised: first come, first served; what is put back goes first when its time comes. */
public final class ArrivalOrder<E extends Entry> implements ReadyQueue<E> {

  private final ArrayDeque<E> waiting = new ArrayDeque<>();
  private final PriorityQueue<E> parked =
      new PriorityQueue<>(Comparator.comparingLong(e -> e.dueNs));
  private long waitingBytes;

  @Override
  public void add(E entry, long nowNs) {
    entry.readySinceNs = nowNs;
    waiting.addLast(entry);
    waitingBytes += entry.sizeBytes;
  }

  @Override
  public void wake(long nowNs) {
    E entry;
    while ((entry = parked.peek()) != null && entry.dueNs <= nowNs) {
      parked.poll();
      E first = waiting.peekFirst();
      if (first != null && first.readySinceNs - entry.readySinceNs < 0) {
        entry.readySinceNs = first.readySinceNs; // whoever waits longest closes the batch
      }
      waiting.addFirst(entry);
      waitingBytes += entry.sizeBytes;
    }
  }

  @Override
  public boolean takeBatch(BatchLimits limits, long nowNs, List<E> into) {
    E oldest = waiting.peekFirst();
    if (oldest == null || closesAtNs(oldest, limits) - nowNs > 0) {
      return false;
    }
    int most = limits.maxEvents();
    long bytes = 0;
    E entry;
    while ((entry = waiting.peekFirst()) != null) {
      most = Math.min(most, entry.batchCap);
      bytes += entry.sizeBytes;
      if (!into.isEmpty() && (into.size() >= most || bytes > limits.maxBytes())) {
        break;
      }
      waiting.pollFirst();
      waitingBytes -= entry.sizeBytes;
      into.add(entry);
    }
    return true;
  }

  /** When a batch that begins with this entry is closed: at once if it is full, else by its wait. */
  private long closesAtNs(E first, BatchLimits limits) {
    boolean full =
        waiting.size() >= Math.min(limits.maxEvents(), first.batchCap)
            || waitingBytes >= limits.maxBytes();
    return full ? first.readySinceNs : first.readySinceNs + limits.maxWaitNs();
  }

  @Override
  public void putBack(E entry, long dueNs, long nowNs) {
    entry.dueNs = dueNs;
    entry.readySinceNs = dueNs;
    parked.add(entry);
  }

  @Override
  public void done(E entry, long nowNs) {
    // Nothing waits for it.
  }

  @Override
  public void removeIf(Predicate<E> matches) {
    for (Iterator<E> it = waiting.iterator(); it.hasNext(); ) {
      E entry = it.next();
      if (matches.test(entry)) {
        it.remove();
        waitingBytes -= entry.sizeBytes;
      }
    }
    parked.removeIf(matches);
  }

  @Override
  public int readyNow() {
    return waiting.size();
  }

  @Override
  public int size() {
    return waiting.size() + parked.size();
  }

  @Override
  public long nextChangeNs(BatchLimits limits) {
    E firstParked = parked.peek();
    E oldest = waiting.peekFirst();
    long wakes = firstParked == null ? NEVER : firstParked.dueNs;
    long closes = oldest == null ? NEVER : closesAtNs(oldest, limits);
    return Math.min(wakes, closes);
  }
}
