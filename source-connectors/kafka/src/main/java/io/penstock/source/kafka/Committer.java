package io.penstock.source.kafka;

import io.penstock.connector.DecodeException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.PositionRanges;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores how far partitions are settled in the group's offsets, with the ranges settled beyond in
 * the metadata. Confined to the intake thread, on which the client also answers.
 *
 * <p>Commits are cumulative, and the client sends them in order and never again by itself. So after
 * one that failed there is nothing to remember but that something failed: what is wanted last is sent
 * once more a second later, if no later commit has been stored until then.
 *
 * <p>A broker takes up to {@code offset.metadata.max.bytes} of metadata, 4,096 by default. One that
 * takes less refuses the whole commit; fewer ranges are sent then, at last none, which only repeats
 * work after a restart.
 */
final class Committer {

  private static final Logger log = LoggerFactory.getLogger(Committer.class);
  private static final long RETRY_NS = Duration.ofSeconds(1).toNanos();
  private static final int MAX_METADATA = 4_000;
  private static final int MIN_METADATA = 250;

  private final String connector;
  private final Consumer<byte[], byte[]> consumer;
  private final Failpoints failpoints;
  private final LongSupplier nanoTime;
  private int metadataLimit = MAX_METADATA;
  private boolean failed;
  private long retryAtNs;
  private boolean warnedOfMetadata;

  Committer(
      String connector,
      Consumer<byte[], byte[]> consumer,
      Failpoints failpoints,
      LongSupplier nanoTime) {
    this.connector = connector;
    this.consumer = consumer;
    this.failpoints = failpoints;
    this.nanoTime = nanoTime;
  }

  /** Sends what is wanted of these partitions; returns before it is stored. */
  void commitLater(Collection<OwnedPartition> partitions) {
    Map<OwnedPartition, LaneCommit> commits = unstored(partitions);
    if (commits.isEmpty()) {
      return;
    }
    failpoints.reached("kafka-before-commit");
    consumer.commitAsync(offsets(commits), (offsets, failure) -> answered(commits, failure));
  }

  private void answered(Map<OwnedPartition, LaneCommit> commits, @Nullable Exception failure) {
    if (failure == null) {
      commits.forEach(OwnedPartition::stored);
      failpoints.reached("kafka-after-commit");
      return;
    }
    boolean smaller = failure instanceof OffsetMetadataTooLarge && allowLess();
    if (!smaller) {
      // Most often a rebalance is under way, which is nothing to worry about.
      log.info(
          "{}: a commit of {} partitions failed and is sent again: {}",
          connector,
          commits.size(),
          failure.getMessage());
    }
    failed = true;
    retryAtNs = nanoTime.getAsLong() + (smaller ? 0 : RETRY_NS);
  }

  /** Sends again what a failure has left unstored, when it is time. */
  void retryIfDue(Collection<OwnedPartition> owned) {
    if (failed && nanoTime.getAsLong() - retryAtNs >= 0) {
      failed = false;
      commitLater(owned);
    }
  }

  /**
   * Stores what is wanted of these partitions before it returns.
   *
   * @throws org.apache.kafka.common.KafkaException if that fails within the time
   */
  void commitNow(Collection<OwnedPartition> partitions, Duration timeout) {
    Map<OwnedPartition, LaneCommit> commits = unstored(partitions);
    if (commits.isEmpty()) {
      return;
    }
    while (true) {
      try {
        consumer.commitSync(offsets(commits), timeout);
        commits.forEach(OwnedPartition::stored);
        return;
      } catch (OffsetMetadataTooLarge e) {
        if (!allowLess()) {
          throw e;
        }
      }
    }
  }

  private static Map<OwnedPartition, LaneCommit> unstored(Collection<OwnedPartition> partitions) {
    Map<OwnedPartition, LaneCommit> commits = new LinkedHashMap<>();
    for (OwnedPartition partition : partitions) {
      LaneCommit commit = partition.unstored();
      if (commit != null) {
        commits.put(partition, commit);
      }
    }
    return commits;
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Map<OwnedPartition, LaneCommit> commits) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    commits.forEach(
        (partition, commit) ->
            offsets.put(
                partition.partition(),
                new OffsetAndMetadata(
                    commit.position(),
                    partition.epochs().before(commit.position()),
                    commit.settledBeyond().encode(commit.position(), metadataLimit))));
    return offsets;
  }

  /** Whether there is less that can be sent. */
  private boolean allowLess() {
    if (metadataLimit == 0) {
      return false;
    }
    metadataLimit = metadataLimit > MIN_METADATA ? metadataLimit / 2 : 0;
    log.info(
        "{}: the broker takes less metadata with an offset: {} characters are sent from now on."
            + " A larger offset.metadata.max.bytes on the brokers spares repeated work.",
        connector,
        metadataLimit);
    return true;
  }

  /** What was settled beyond a committed offset; nothing if its metadata is not ours. */
  PositionRanges settledBeyond(OffsetAndMetadata committed) {
    String metadata = committed.metadata();
    if (metadata == null || metadata.isEmpty()) {
      return PositionRanges.empty();
    }
    try {
      return PositionRanges.decode(committed.offset(), metadata);
    } catch (DecodeException | ArithmeticException e) {
      if (!warnedOfMetadata) {
        warnedOfMetadata = true;
        log.warn(
            "{}: the group's offsets carry metadata of another tool, which is ignored and will be"
                + " overwritten: {}",
            connector,
            e.getMessage());
      }
      return PositionRanges.empty();
    }
  }
}
