package io.penstock.engine.ledger;

import io.penstock.connector.PositionRanges;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The account of one lane: positions are admitted in rising order, settled in any order, and
 * committed only as the contiguous settled prefix.
 *
 * <pre>
 *   position   10  11  15  16  40        (12..14 and 17..39 don't exist: gaps cost nothing)
 *   sequence    5   6   7   8   9
 *              [x] [ ] [x] [x] [ ]       x = settled
 *                  ^head           ^tail
 *   committable = 11      settledBeyond = [15,17)      span = 4
 * </pre>
 *
 * <p>Each admitted position gets a sequence number; the window from head to tail is a ring of
 * positions, items and settled bits, so a gap of any size between positions is one step, and
 * settling costs amortised constant time. The ring grows with the span; whoever admits keeps the
 * span bounded by not admitting when {@link #isFull()}.
 *
 * <p>Not thread-safe. A position admitted twice, out of order, or a sequence number never given out
 * is a bug of the caller and an {@link IllegalArgumentException}.
 *
 * <p>Not final only so that a test can give the simulation a ledger with a defect, to see it found.
 *
 * @param <T> what is kept with an unsettled position
 */
public class Ledger<T> {

  /** What {@link #admit} answers for a position that was settled before a restart. */
  public static final long SETTLED_BEFORE = -1;

  private static final int FIRST_CAPACITY = 64;

  private final int maxSpan;
  private final PositionRanges settledBefore;
  private final long settledBeforeEnd;

  private long[] positions = new long[FIRST_CAPACITY];
  private @Nullable Object[] items = new Object[FIRST_CAPACITY];
  private long[] settledBits = new long[FIRST_CAPACITY / Long.SIZE];
  private long head;
  private long tail;
  private int settledInSpan;
  private long nextPosition;
  private long version;

  /**
   * An account that begins at a position.
   *
   * @param position the first position that may be unsettled
   * @param settledBefore what is settled beyond it already
   * @param maxSpan how many positions may be in the window before it counts as full, 1 or more
   */
  public Ledger(long position, PositionRanges settledBefore, int maxSpan) {
    this.nextPosition = position;
    this.settledBefore = settledBefore;
    this.settledBeforeEnd =
        settledBefore.isEmpty() ? Long.MIN_VALUE : settledBefore.to(settledBefore.size() - 1);
    this.maxSpan = maxSpan;
  }

  /**
   * Takes a position in.
   *
   * @return its sequence number, or {@link #SETTLED_BEFORE} if it need not be handled again
   */
  public long admit(long position, T item) {
    if (position < nextPosition) {
      throw new IllegalArgumentException(
          "position " + position + " admitted after " + (nextPosition - 1));
    }
    if (tail - head == positions.length) {
      grow();
    }
    int slot = slot(tail);
    positions[slot] = position;
    nextPosition = position + 1;
    version++;
    if (position < settledBeforeEnd && settledBefore.contains(position)) {
      tail++;
      mark(slot);
      return SETTLED_BEFORE;
    }
    items[slot] = item;
    return tail++;
  }

  /**
   * Settles.
   *
   * @return whether it was unsettled until now
   */
  public boolean settle(long sequence) {
    if (sequence < 0 || sequence >= tail) {
      throw new IllegalArgumentException("sequence " + sequence + " was never admitted");
    }
    if (sequence < head || isSettled(slot(sequence))) {
      return false;
    }
    mark(slot(sequence));
    version++;
    return true;
  }

  private void mark(int slot) {
    settledBits[slot >>> 6] |= 1L << slot;
    items[slot] = null;
    settledInSpan++;
    while (head < tail && isSettled(slot(head))) {
      int first = slot(head);
      settledBits[first >>> 6] &= ~(1L << first);
      settledInSpan--;
      head++;
    }
  }

  /** The source has nothing more below this position: it skipped what there was. */
  public void advanceTo(long position) {
    if (position > nextPosition) {
      nextPosition = position;
      version++;
    }
  }

  /** Every position below this one is settled or doesn't exist. */
  public long committable() {
    return head == tail ? nextPosition : positions[slot(head)];
  }

  /** The position after the newest taken in. */
  public long nextPosition() {
    return nextPosition;
  }

  /** What is settled above {@link #committable()}, also what was before a restart. */
  public PositionRanges settledBeyond() {
    PositionRanges.Builder ranges = PositionRanges.builder();
    long sequence = head;
    while (settledInSpan > 0 && sequence < tail) {
      if (!isSettled(slot(sequence))) {
        sequence++;
        continue;
      }
      long first = sequence;
      while (sequence < tail && isSettled(slot(sequence))) {
        sequence++;
      }
      // No position between two neighbours in the ring exists, so the range may span the gaps.
      ranges.add(positions[slot(first)], positions[slot(sequence - 1)] + 1);
    }
    for (int i = 0; i < settledBefore.size(); i++) {
      if (settledBefore.to(i) > nextPosition) {
        ranges.add(Math.max(settledBefore.from(i), nextPosition), settledBefore.to(i));
      }
    }
    return ranges.build();
  }

  /** How many positions are in the window: from the oldest unsettled to the newest. */
  public int span() {
    return (int) (tail - head);
  }

  /** How many positions in the window are settled. */
  public int settledInSpan() {
    return settledInSpan;
  }

  /** How many positions are unsettled. */
  public int unsettled() {
    return span() - settledInSpan;
  }

  /** Whether the span has reached its bound. */
  public boolean isFull() {
    return span() >= maxSpan;
  }

  /** The bound of the span. */
  public int maxSpan() {
    return maxSpan;
  }

  /** Changes whenever {@link #committable()} or {@link #settledBeyond()} may have changed. */
  public long version() {
    return version;
  }

  /** The item of the oldest unsettled position, or null if everything is settled. */
  @SuppressWarnings("unchecked") // only admit() writes items
  public @Nullable T oldest() {
    return head == tail ? null : (T) items[slot(head)];
  }

  /** Visits the items of unsettled positions, oldest first. */
  @SuppressWarnings("unchecked") // only admit() writes items
  public void forEachUnsettled(Consumer<? super T> visitor) {
    for (long sequence = head; sequence < tail; sequence++) {
      Object item = items[slot(sequence)];
      if (item != null) {
        visitor.accept((T) item);
      }
    }
  }

  private boolean isSettled(int slot) {
    return (settledBits[slot >>> 6] >>> slot & 1) != 0;
  }

  private int slot(long sequence) {
    return (int) sequence & (positions.length - 1);
  }

  private void grow() {
    int oldCapacity = positions.length;
    int capacity = Math.multiplyExact(oldCapacity, 2);
    long[] newPositions = new long[capacity];
    @Nullable Object[] newItems = new Object[capacity];
    long[] newBits = new long[capacity / Long.SIZE];
    for (long sequence = head; sequence < tail; sequence++) {
      int from = (int) sequence & (oldCapacity - 1);
      int to = (int) sequence & (capacity - 1);
      newPositions[to] = positions[from];
      newItems[to] = items[from];
      if (isSettled(from)) {
        newBits[to >>> 6] |= 1L << to;
      }
    }
    positions = newPositions;
    items = newItems;
    settledBits = newBits;
  }

  @Override
  public String toString() {
    long[] window = new long[span()];
    Arrays.setAll(window, i -> positions[slot(head + i)]);
    return "Ledger[committable="
        + committable()
        + ", next="
        + nextPosition
        + ", window="
        + Arrays.toString(window)
        + ", settledBeyond="
        + settledBeyond()
        + "]";
  }
}
