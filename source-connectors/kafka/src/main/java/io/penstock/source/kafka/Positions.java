package io.penstock.source.kafka;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SeekTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Finds out which offset a place in a partition is. Each call asks the brokers, for a bounded time. */
final class Positions {

  private final Consumer<byte[], byte[]> consumer;
  private final Duration timeout;

  Positions(Consumer<byte[], byte[]> consumer, Duration timeout) {
    this.consumer = consumer;
    this.timeout = timeout;
  }

  /**
   * The offsets of places, taken as they are: an offset is not looked up.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers don't answer
   */
  Map<TopicPartition, Long> resolve(Map<TopicPartition, SeekTarget> targets) {
    Map<TopicPartition, Long> found = new HashMap<>();
    List<TopicPartition> earliest = new ArrayList<>();
    List<TopicPartition> latest = new ArrayList<>();
    Map<TopicPartition, Long> times = new HashMap<>();
    targets.forEach(
        (partition, target) -> {
          if (target instanceof SeekTarget.Earliest) {
            earliest.add(partition);
          } else if (target instanceof SeekTarget.Latest) {
            latest.add(partition);
          } else if (target instanceof SeekTarget.At at) {
            times.put(partition, Math.max(0, at.instant().toEpochMilli()));
          } else if (target instanceof SeekTarget.Position position) {
            found.put(partition, position.position());
          }
        });
    if (!times.isEmpty()) {
      Map<TopicPartition, OffsetAndTimestamp> at = consumer.offsetsForTimes(times, timeout);
      for (TopicPartition partition : times.keySet()) {
        OffsetAndTimestamp first = at.get(partition);
        if (first == null) {
          latest.add(partition); // nothing is as young as that
        } else {
          found.put(partition, first.offset());
        }
      }
    }
    if (!earliest.isEmpty()) {
      found.putAll(consumer.beginningOffsets(earliest, timeout));
    }
    if (!latest.isEmpty()) {
      found.putAll(consumer.endOffsets(latest, timeout));
    }
    return found;
  }

  /**
   * The offset of one place that somebody asked for.
   *
   * @throws ConnectorException if it is beyond the end
   */
  long resolve(TopicPartition partition, SeekTarget target) {
    if (!(target instanceof SeekTarget.Position wanted)) {
      return only(resolve(Map.of(partition, target)), partition);
    }
    long first = only(resolve(Map.of(partition, new SeekTarget.Earliest())), partition);
    long end = only(resolve(Map.of(partition, new SeekTarget.Latest())), partition);
    if (wanted.position() < 0 || wanted.position() > end) {
      throw ConnectorException.fatal(
          "offset "
              + wanted.position()
              + " of "
              + partition
              + " doesn't exist: the partition holds "
              + first
              + " to "
              + (end - 1)
              + ", and "
              + end
              + " is the next. The lane stays where it was",
          null);
    }
    return Math.max(wanted.position(), first);
  }

  private static long only(Map<TopicPartition, Long> found, TopicPartition partition) {
    Long offset = found.get(partition);
    if (offset == null) {
      throw ConnectorException.retry("Kafka knows no offsets of " + partition, null);
    }
    return offset;
  }
}
