package io.penstock.server.crash;

import io.penstock.connector.PositionRanges;
import io.penstock.server.crash.Coverage.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Looks at the group's offsets, again and again on a thread of its own, and when asked. */
final class GroupWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final int PATIENCE_MS = 30_000;

  private final Admin admin;
  private final String group;
  private final List<Coverage> seen = new ArrayList<>();
  private final List<Exception> failures = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  GroupWatch(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
    thread.scheduleWithFixedDelay(
        this::tryLook, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tryLook() {
    try {
      look();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RetriableException)) {
        fail(e); // a broker that is away comes again
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void fail(Exception e) {
    failures.add(e);
  }

  /** Looks now. */
  Coverage look() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    long nowMs = System.currentTimeMillis();
    Map<Integer, Committed> partitions = new HashMap<>();
    offsets.forEach(
        (partition, committed) -> {
          if (committed != null) {
            partitions.put(
                partition.partition(),
                new Committed(
                    committed.offset(),
                    PositionRanges.decode(committed.offset(), committed.metadata())));
          }
        });
    Coverage coverage = new Coverage(nowMs, partitions);
    add(coverage);
    return coverage;
  }

  private synchronized void add(Coverage coverage) {
    // Two threads look: what was seen first may be added last.
    if (seen.isEmpty() || seen.get(seen.size() - 1).seenMs() <= coverage.seenMs()) {
      seen.add(coverage);
    }
  }

  /** Everything seen until now. */
  synchronized List<Coverage> seen() {
    if (!failures.isEmpty()) {
      throw new AssertionError("the group's offsets could not be read", failures.get(0));
    }
    return List.copyOf(seen);
  }

  /** Spares the wait for the session timeout of members that are dead. */
  void forgetMembers() throws InterruptedException {
    try {
      boolean known =
          admin.listGroups().all().get(PATIENCE_MS, TimeUnit.MILLISECONDS).stream()
              .map(GroupListing::groupId)
              .anyMatch(group::equals);
      if (known) {
        admin
            .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
            .all()
            .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Throwable root = cause.getCause() == null ? cause : cause.getCause();
      if (!(root instanceof UnknownMemberIdException || root instanceof GroupIdNotFoundException)) {
        throw new AssertionError("the dead members of " + group + " stay", e);
      }
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the broker does not answer", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
