package io.penstock.source.kafka;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions this consumer has, as the engine knows them. Confined to the intake thread: the
 * client calls back within {@code poll} and {@code close}.
 *
 * <p><b>What a callback throws would be lost</b>: the client goes on with the assignment, and the
 * engine would never hear of the lanes. So nothing is thrown here. A partition whose start could not
 * be found out (the group's coordinator is away) waits, paused, in {@code unstarted} until {@link
 * #startPending} succeeds; a failure while giving up is kept for {@link #takeFailure}.
 */
final class Assignment implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(Assignment.class);

  /** The engine answers sooner; this is against a defect in it. */
  private static final Duration REVOKE_LIMIT = Duration.ofSeconds(60);

  private final String connector;
  private final Consumer<byte[], byte[]> consumer;
  private final Starts starts;
  private final Committer committer;
  private final LaneOwner engine;
  private final Failpoints failpoints;
  private final Duration commitTimeout;
  private final Map<TopicPartition, OwnedPartition> owned = new LinkedHashMap<>();
  private final Map<Lane, OwnedPartition> byLane = new HashMap<>();
  private final Set<TopicPartition> unstarted = new LinkedHashSet<>();
  private boolean held;
  private @Nullable Exception startFailure;
  private @Nullable Exception giveUpFailure;

  /**
   * An assignment without partitions.
   *
   * @param commitTimeout how long the commit of what is given up takes at most
   */
  Assignment(
      Consumer<byte[], byte[]> consumer,
      Starts starts,
      Committer committer,
      SourceContext context,
      Duration commitTimeout) {
    this.connector = context.connector();
    this.consumer = consumer;
    this.starts = starts;
    this.committer = committer;
    this.engine = context.lanes();
    this.failpoints = context.failpoints();
    this.commitTimeout = commitTimeout;
  }

  @Nullable OwnedPartition get(Lane lane) {
    return byLane.get(lane);
  }

  @Nullable OwnedPartition get(TopicPartition partition) {
    return owned.get(partition);
  }

  Collection<OwnedPartition> owned() {
    return owned.values();
  }

  /** Keeps the client from handing over anything, but not from polling. */
  void hold() {
    if (!held) {
      held = true;
      consumer.pause(owned.keySet());
    }
  }

  /** Ends {@link #hold}; what the engine paused stays paused. */
  void release() {
    if (held) {
      held = false;
      consumer.resume(
          owned.values().stream()
              .filter(p -> !p.isPaused())
              .map(OwnedPartition::partition)
              .toList());
    }
  }

  void pause(Collection<Lane> lanes) {
    List<TopicPartition> partitions = new ArrayList<>(lanes.size());
    for (Lane lane : lanes) {
      OwnedPartition partition = byLane.get(lane);
      if (partition != null) { // it may have been given up since
        partition.pause();
        partitions.add(partition.partition());
      }
    }
    consumer.pause(partitions);
  }

  void resume(Collection<Lane> lanes) {
    List<TopicPartition> partitions = new ArrayList<>(lanes.size());
    for (Lane lane : lanes) {
      OwnedPartition partition = byLane.get(lane);
      if (partition != null) {
        partition.resume();
        partitions.add(partition.partition());
      }
    }
    if (!held) {
      consumer.resume(partitions);
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      if (!owned.containsKey(partition)) {
        unstarted.add(partition);
      }
    }
    startPending();
  }

  /** These have no position: their start must be found out again. */
  void restart(Collection<TopicPartition> partitions) {
    onPartitionsLost(partitions);
    unstarted.addAll(partitions);
  }

  /**
   * Tries to find out where new partitions begin, and tells the engine of them.
   *
   * @return what went wrong; null if nothing did. They stay paused then
   */
  @Nullable Exception startPending() {
    if (!unstarted.isEmpty()) {
      unstarted.retainAll(consumer.assignment());
    }
    if (unstarted.isEmpty()) {
      return null;
    }
    Set<TopicPartition> starting = new LinkedHashSet<>(unstarted);
    try {
      consumer.pause(starting);
      start(starting);
      startFailure = null;
    } catch (RuntimeException | ExecutionException e) {
      // Once is enough: it is tried again and again while it lasts.
      if (startFailure == null) {
        log.warn("{}: could not find out where {} begin; trying again", connector, starting, e);
      }
      startFailure = e;
    }
    return startFailure;
  }

  private void start(Set<TopicPartition> starting) throws ExecutionException {
    List<Starts.Start> found = starts.find(starting);
    engine.assigned(found.stream().map(Starts.Start::lane).toList());
    unstarted.removeAll(starting);
    for (Starts.Start start : found) {
      owned.put(start.partition().partition(), start.partition());
      byLane.put(start.partition().lane(), start.partition());
    }
    if (!held) {
      consumer.resume(starting);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    unstarted.removeAll(partitions);
    List<OwnedPartition> leaving = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      OwnedPartition known = owned.get(partition);
      if (known != null) {
        leaving.add(known);
      }
    }
    giveUp(leaving);
  }

  /** Gives up everything, as if it were revoked. */
  void giveUpAll() {
    giveUp(List.copyOf(owned.values()));
  }

  private void giveUp(List<OwnedPartition> leaving) {
    if (leaving.isEmpty()) {
      return;
    }
    try {
      awaitSettled(leaving)
          .forEach(
              (lane, commit) -> {
                OwnedPartition partition = byLane.get(lane);
                if (partition != null) {
                  partition.want(commit);
                }
              });
      failpoints.reached("kafka-before-revoke-commit");
      committer.commitNow(leaving, commitTimeout);
      failpoints.reached("kafka-after-revoke-commit");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUpFailed(leaving, e);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      giveUpFailed(leaving, e);
    } finally {
      forget(leaving);
    }
  }

  private Map<Lane, LaneCommit> awaitSettled(List<OwnedPartition> leaving)
      throws InterruptedException, ExecutionException, TimeoutException {
    return engine
        .revoking(leaving.stream().map(OwnedPartition::lane).toList())
        .toCompletableFuture()
        .get(REVOKE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void giveUpFailed(List<OwnedPartition> leaving, Exception failure) {
    giveUpFailure = failure;
    log.warn(
        "{}: gave up {} without a commit: what was settled since the last one is handled again by"
            + " the next owner",
        connector,
        leaving.stream().map(OwnedPartition::partition).toList(),
        failure);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    unstarted.removeAll(partitions);
    List<OwnedPartition> gone = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      OwnedPartition known = owned.get(partition);
      if (known != null) {
        gone.add(known);
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    log.warn(
        "{}: lost {}: the group went on without us. If this repeats, look for pauses of this"
            + " process or raise session.timeout.ms",
        connector,
        gone.stream().map(OwnedPartition::partition).toList());
    try {
      engine.lost(gone.stream().map(OwnedPartition::lane).toList());
    } catch (RuntimeException e) {
      log.error("{}: the engine failed to let go of lost lanes", connector, e);
    } finally {
      forget(gone);
    }
  }

  private void forget(List<OwnedPartition> gone) {
    for (OwnedPartition partition : gone) {
      owned.remove(partition.partition());
      byLane.remove(partition.lane());
    }
  }

  /** The lane goes on further back, perhaps in another topic of the same name. */
  void startOver(OwnedPartition partition, long position) throws ExecutionException {
    Origin origin = starts.origin(partition.partition());
    engine.lost(List.of(partition.lane()));
    partition.moveTo(position, origin);
    engine.assigned(List.of(new LaneStart(partition.lane(), position, PositionRanges.empty())));
    partition.resume(); // a lane that is handed over anew is not paused
    if (!held) {
      consumer.resume(List.of(partition.partition()));
    }
  }

  /** What went wrong since the last call when lanes were given up; null if nothing did. */
  @Nullable Exception takeFailure() {
    Exception failure = giveUpFailure;
    giveUpFailure = null;
    return failure;
  }
}
