package io.penstock.connect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Where the records of one task of a sink stand: numbered when they are given to the plugin, put when it
 * has taken them, confirmed when its preCommit covers them. Used by the task's thread.
 */
final class SinkOffsets {

  private final Map<TopicPartition, Deque<SinkEntry>> unconfirmed = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> put = new HashMap<>();
  private final Map<TopicPartition, Long> rewinds = new HashMap<>();
  private long unconfirmedBytes;

  /** Whether the partition has no offsets yet; it has from now on. */
  boolean begin(TopicPartition partition) {
    if (next.containsKey(partition)) {
      return false;
    }
    // Rising over restarts, without being kept anywhere.
    next.put(partition, TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
    unconfirmed.put(partition, new ArrayDeque<>());
    return true;
  }

  /** The partitions that have begun. */
  Set<TopicPartition> partitions() {
    return Set.copyOf(next.keySet());
  }

  /** The next offset of a partition. */
  long take(TopicPartition partition) {
    return next.merge(partition, 1L, Long::sum) - 1;
  }

  /** An entry that has its record is about to be put. */
  void add(TopicPartition partition, SinkEntry entry) {
    Objects.requireNonNull(unconfirmed.get(partition)).add(entry);
    unconfirmedBytes += bytes(entry);
  }

  private static int bytes(SinkEntry entry) {
    return entry.event.event().data().length;
  }

  /** How many bytes of payload are not confirmed. */
  long unconfirmedBytes() {
    return unconfirmedBytes;
  }

  boolean isAllConfirmed() {
    return unconfirmed.values().stream().allMatch(Collection::isEmpty);
  }

  /** The plugin has taken these. */
  void put(Collection<SinkRecord> batch) {
    for (SinkRecord record : batch) {
      put.put(
          new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
          new OffsetAndMetadata(record.originalKafkaOffset() + 1));
    }
  }

  /** The plugin wants a partition again from here on. */
  void rewind(TopicPartition partition, long offset) {
    rewinds.put(partition, offset);
  }

  /** What the plugin asked for again, as far as it is not confirmed; it does not count as put. */
  List<SinkRecord> again() {
    takeBack();
    List<SinkRecord> again = new ArrayList<>();
    rewinds.forEach(
        (partition, offset) ->
            unconfirmed.getOrDefault(partition, new ArrayDeque<>()).stream()
                .map(entry -> Objects.requireNonNull(entry.record))
                .filter(record -> record.originalKafkaOffset() >= offset)
                .forEach(again::add));
    rewinds.clear();
    return again;
  }

  private void takeBack() {
    rewinds.forEach(
        (partition, offset) ->
            put.computeIfPresent(
                partition,
                (p, before) -> offset < before.offset() ? new OffsetAndMetadata(offset) : before));
  }

  /** Up to where the plugin may confirm. */
  Map<TopicPartition, OffsetAndMetadata> confirmable() {
    takeBack();
    return Map.copyOf(put);
  }

  /**
   * Takes out what is confirmed. A plugin may count what it was given by a put that it did not finish;
   * that is not confirmed.
   *
   * @param asked what it was asked for
   * @param confirmed what it answered
   */
  List<SinkEntry> confirm(
      Map<TopicPartition, OffsetAndMetadata> asked,
      Map<TopicPartition, OffsetAndMetadata> confirmed) {
    List<SinkEntry> done = new ArrayList<>();
    confirmed.forEach(
        (partition, offset) -> {
          Deque<SinkEntry> all = unconfirmed.get(partition);
          OffsetAndMetadata most = asked.get(partition);
          if (all != null && offset != null && most != null) {
            long below = Math.min(offset.offset(), most.offset());
            while (!all.isEmpty()
                && Objects.requireNonNull(all.getFirst().record).originalKafkaOffset() < below) {
              SinkEntry entry = all.removeFirst();
              unconfirmedBytes -= bytes(entry);
              done.add(entry);
            }
          }
        });
    return done;
  }
}
