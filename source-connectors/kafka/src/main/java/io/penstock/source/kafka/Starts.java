package io.penstock.source.kafka;

import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where new partitions begin: at the group's offset, or else where the settings say. Each
 * question to the brokers takes a bounded time.
 */
final class Starts {

  private static final Logger log = LoggerFactory.getLogger(Starts.class);

  /**
   * A beginning.
   *
   * @param partition in its first state
   * @param lane what the engine is told
   */
  record Start(OwnedPartition partition, LaneStart lane) {}

  private final String connector;
  private final Consumer<byte[], byte[]> consumer;
  private final Cluster cluster;
  private final StartAt startAt;
  private final Positions positions;
  private final Committer committer;
  private final Duration timeout;

  Starts(
      String connector,
      Consumer<byte[], byte[]> consumer,
      Cluster cluster,
      StartAt startAt,
      Committer committer,
      Duration timeout) {
    this.connector = connector;
    this.consumer = consumer;
    this.cluster = cluster;
    this.startAt = startAt;
    this.positions = new Positions(consumer, timeout);
    this.committer = committer;
    this.timeout = timeout;
  }

  Positions positions() {
    return positions;
  }

  /**
   * Finds where partitions begin, and moves the consumer there.
   *
   * @throws ExecutionException with the client's reason if that can't be found out
   * @throws KafkaException likewise
   */
  List<Start> find(Set<TopicPartition> partitions) throws ExecutionException {
    Map<String, String> topicIds = topicIds(partitions);
    Map<TopicPartition, OffsetAndMetadata> begins = new HashMap<>();
    consumer
        .committed(partitions, timeout)
        .forEach(
            (partition, committed) -> {
              if (committed != null) {
                begins.put(partition, committed);
              }
            });
    List<Start> starts = new ArrayList<>();
    begins.forEach(
        (partition, committed) -> {
          Start start = start(partition, committed, topicIds);
          start.partition().stored(commitOf(start));
          starts.add(start);
        });
    List<Start> fresh = new ArrayList<>();
    positions
        .resolve(targets(partitions, begins.keySet()))
        .forEach(
            (partition, offset) ->
                fresh.add(start(partition, new OffsetAndMetadata(offset), topicIds)));
    keep(fresh);
    starts.addAll(fresh);
    return starts;
  }

  private Map<TopicPartition, SeekTarget> targets(
      Set<TopicPartition> partitions, Set<TopicPartition> committed) {
    Map<TopicPartition, SeekTarget> targets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      if (!committed.contains(partition)) {
        targets.put(partition, startAt.of(OwnedPartition.laneOf(partition).name()));
      }
    }
    return targets;
  }

  private Start start(
      TopicPartition partition, OffsetAndMetadata at, Map<String, String> topicIds) {
    OwnedPartition owned = new OwnedPartition(partition, origin(partition, topicIds), at.offset());
    at.leaderEpoch().ifPresent(epoch -> owned.epochs().add(at.offset() - 1, epoch));
    consumer.seek(partition, new OffsetAndMetadata(at.offset(), at.leaderEpoch(), ""));
    PositionRanges settled = committer.settledBeyond(at);
    Start start = new Start(owned, new LaneStart(owned.lane(), at.offset(), settled));
    owned.want(commitOf(start));
    return start;
  }

  private static LaneCommit commitOf(Start start) {
    return new LaneCommit(start.lane().position(), start.lane().settled());
  }

  /**
   * Commits where partitions begin that had no offset. Without it a start at {@code latest} would
   * be a later one after a crash, and what came in between would be lost.
   */
  private void keep(List<Start> fresh) {
    List<OwnedPartition> partitions = fresh.stream().map(Start::partition).toList();
    try {
      committer.commitNow(partitions, timeout);
    } catch (KafkaException e) {
      log.warn(
          "{}: could not commit where {} begin; the next commit will: {}",
          connector,
          partitions.stream().map(OwnedPartition::partition).toList(),
          e.getMessage());
    }
  }

  /** What the events of a partition have in common, asked anew: its topic may be another by now. */
  Origin origin(TopicPartition partition) throws ExecutionException {
    return origin(partition, topicIds(Set.of(partition)));
  }

  private Origin origin(TopicPartition partition, Map<String, String> topicIds) {
    String id = topicIds.get(partition.topic());
    if (id == null) {
      throw new KafkaException("topic '" + partition.topic() + "' doesn't exist any more");
    }
    return Origin.of(cluster.id(), id, partition.topic(), partition.partition());
  }

  private Map<String, String> topicIds(Collection<TopicPartition> partitions)
      throws ExecutionException {
    Set<String> topics = new LinkedHashSet<>();
    partitions.forEach(partition -> topics.add(partition.topic()));
    return cluster.topicIds(topics);
  }
}
