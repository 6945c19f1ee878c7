package io.penstock.source.kafka;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which leader epoch the records of a partition were written under, as far back as something is
 * uncommitted. A commit carries the epoch of the record before it, so that a log that was cut and
 * grew again is noticed. Epochs change seldom: this holds one entry as a rule.
 */
final class EpochLog {

  private record Entry(long from, int epoch) {}

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  /** Begins anew. */
  void reset() {
    entries.clear();
  }

  /** The record at this offset, and later ones, are of this epoch. */
  void add(long offset, int epoch) {
    Entry last = entries.peekLast();
    if (last == null || last.epoch() != epoch) {
      entries.addLast(new Entry(offset, epoch));
    }
  }

  /** Takes note of records in order, at least one. */
  void add(List<ConsumerRecord<byte[], byte[]>> records) {
    Entry last = entries.peekLast();
    if (last != null
        && isOf(last.epoch(), records.get(0))
        && isOf(last.epoch(), records.get(records.size() - 1))) {
      return; // epochs only rise, so all in between are the same
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      record.leaderEpoch().ifPresent(epoch -> add(record.offset(), epoch));
    }
  }

  private static boolean isOf(int epoch, ConsumerRecord<byte[], byte[]> record) {
    return record.leaderEpoch().isPresent() && record.leaderEpoch().get() == epoch;
  }

  /** The epoch of the record before this offset, if known; forgets what is further back. */
  Optional<Integer> before(long offset) {
    Optional<Integer> found = Optional.empty();
    for (Iterator<Entry> it = entries.iterator(); it.hasNext(); ) {
      Entry entry = it.next();
      if (entry.from() >= offset) {
        break;
      }
      found = Optional.of(entry.epoch());
    }
    while (entries.size() > 1 && second().from() < offset) {
      entries.removeFirst();
    }
    return found;
  }

  private Entry second() {
    Iterator<Entry> it = entries.iterator();
    it.next();
    return it.next();
  }
}
