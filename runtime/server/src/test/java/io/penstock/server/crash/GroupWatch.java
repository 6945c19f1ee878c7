package io.penstock.server.crash;

import io.penstock.connector.PositionRanges;
import io.penstock.server.crash.Coverage.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;

/** Looks at the group's offsets, again and again on a thread of its own, and when asked. */
final class GroupWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final Admin admin;
  private final String group;
  private final List<Coverage> seen = new ArrayList<>();
  private final List<Exception> failures = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  GroupWatch(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
    thread.scheduleWithFixedDelay(this::tryLook, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
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
  void forgetMembers() {
    try {
      if (!members().isEmpty()) {
        admin
            .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
            .all()
            .get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("the dead members of " + group + " stay", e);
    } catch (InterruptedException e) {
      throw Topics.interrupted(e);
    }
  }

  /** The members of the group, dead ones whose session isn't over among them. */
  Collection<MemberDescription> members() throws InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw new AssertionError("the members of " + group + " are not known", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
