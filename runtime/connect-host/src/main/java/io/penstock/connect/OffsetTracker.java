package io.penstock.connect;

import io.penstock.connector.PositionRanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one task has handed over and is not done with. An offset of a source partition may be stored when
 * its record and all earlier ones of that partition are settled; a partition without unsettled records
 * takes no memory. Used by one thread.
 *
 * <pre>
 *   sequence   5   6   7   8   9        settled below 6, and 8, 9
 *   partition  a   b   a   b   a
 *   offset     -   -   -   -   -        b may be stored as of nothing (6 is open), a as of 5 (7 is open)
 * </pre>
 *
 * @param <T> what is to be told of each record that is settled
 */
final class OffsetTracker<T> {

  private static final class Entry<T> {

    private final long sequence;
    private final @Nullable Map<String, ?> partition;
    private final @Nullable Map<String, ?> offset;
    private final T record;
    private final boolean skipped;

    Entry(
        long sequence,
        @Nullable Map<String, ?> partition,
        @Nullable Map<String, ?> offset,
        T record,
        boolean skipped) {
      this.sequence = sequence;
      this.partition = partition;
      this.offset = offset;
      this.record = record;
      this.skipped = skipped;
    }
  }

  /**
   * What a commit means, before it is made.
   *
   * @param offsets to be stored, by partition
   * @param records to be told that they are settled, in their order: those that the offsets cover
   */
  record Plan<T>(Map<Map<String, ?>, Map<String, ?>> offsets, List<T> records) {}

  private Deque<Entry<T>> entries = new ArrayDeque<>();

  /**
   * A record that was handed over, or skipped because a transform dropped it.
   *
   * @param sequence above all before
   * @param partition null if the record has no place to go on from
   */
  void add(
      long sequence,
      @Nullable Map<String, ?> partition,
      @Nullable Map<String, ?> offset,
      T record,
      boolean skipped) {
    entries.add(new Entry<>(sequence, partition, offset, record, skipped));
  }

  /** What a commit with these settled positions would store and tell; changes nothing. */
  Plan<T> plan(long position, PositionRanges beyond) {
    Map<Map<String, ?>, Map<String, ?>> offsets = new LinkedHashMap<>();
    List<T> records = new ArrayList<>();
    Set<Map<String, ?>> blocked = new HashSet<>();
    for (Entry<T> entry : entries) {
      if (isDone(entry, position, beyond, blocked)) {
        records.add(entry.record);
        if (entry.partition != null && entry.offset != null) {
          offsets.put(entry.partition, entry.offset);
        }
      }
    }
    return new Plan<>(offsets, records);
  }

  /** The commit is made: what it stored is forgotten. */
  void committed(long position, PositionRanges beyond) {
    Set<Map<String, ?>> blocked = new HashSet<>();
    Deque<Entry<T>> left = new ArrayDeque<>();
    for (Entry<T> entry : entries) {
      if (!isDone(entry, position, beyond, blocked)) {
        left.add(entry);
      }
    }
    entries = left;
  }

  /**
   * Whether a record and all before it in its partition are settled. Plugins take the record they are
   * told of last for how far everything is, so none is told before those ahead of it.
   */
  private static boolean isDone(
      Entry<?> entry, long position, PositionRanges beyond, Set<Map<String, ?>> blocked) {
    boolean settled = isSettled(entry, position, beyond);
    if (entry.partition == null) {
      return settled;
    }
    if (!settled) {
      blocked.add(entry.partition);
    }
    return !blocked.contains(entry.partition);
  }

  private static boolean isSettled(Entry<?> entry, long position, PositionRanges beyond) {
    return entry.skipped || entry.sequence < position || beyond.contains(entry.sequence);
  }

  /** Forgets everything. */
  void clear() {
    entries.clear();
  }

  /** How many records are kept. */
  int size() {
    return entries.size();
  }
}
