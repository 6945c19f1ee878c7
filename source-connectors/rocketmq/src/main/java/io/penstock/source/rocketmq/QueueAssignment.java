package io.penstock.source.rocketmq;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.Revocation;
import io.penstock.connector.SourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues this member has, as the engine knows them. Confined to the intake thread.
 *
 * <p>A group's members each work out their share for themselves, so for a while two may think that
 * a queue is theirs. The broker's lock of a queue tells them apart:
 *
 * <ol>
 *   <li>A queue that becomes ours is locked before it is begun. While the one before us has not
 *       given it up, the broker says no, and we ask again.
 *   <li>The lock is renewed every {@value #RENEW_S} s. The broker forgets it after 60 s.
 *   <li>A queue that is to be given up is drained, its progress stored, and only then unlocked.
 * </ol>
 *
 * <p><b>With order</b> nothing happens to a queue without its lock: when it was not renewed for
 * {@value #TRUST_S} s, or the broker says that another has it, the queue is lost. <b>Without</b>,
 * the lock is a courtesy that spares repetitions: when the one before us is silent for {@value
 * #COURTESY_S} s (it crashed, or is of another make), or there is no other member, the queue is
 * begun all the same.
 */
final class QueueAssignment {

  private static final Logger log = LoggerFactory.getLogger(QueueAssignment.class);
  private static final int RENEW_S = 10;
  private static final int TRUST_S = 30;
  private static final int COURTESY_S = 10;
  private static final long RENEW_NS = Duration.ofSeconds(RENEW_S).toNanos();
  private static final long TRUST_NS = Duration.ofSeconds(TRUST_S).toNanos();
  private static final long COURTESY_NS = Duration.ofSeconds(COURTESY_S).toNanos();
  private static final long TRY_NS = Duration.ofMillis(200).toNanos();
  private static final int NEVER = -1;
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);

  private final LogClient client;
  private final Starts starts;
  private final Committer committer;
  private final SettledRanges ranges;
  private final SourceContext context;
  private final Map<MessageQueue, OwnedQueue> owned = new LinkedHashMap<>();
  private final Map<Lane, OwnedQueue> byLane = new HashMap<>();
  private final Map<MessageQueue, Long> waitingSinceNs = new HashMap<>();
  private int followed = NEVER;
  private long tryAgainNs;
  private boolean hasTried;
  private long renewedNs;
  private @Nullable Exception failure;

  QueueAssignment(
      LogClient client,
      Starts starts,
      Committer committer,
      SettledRanges ranges,
      SourceContext context,
      long nowNs) {
    this.client = client;
    this.starts = starts;
    this.committer = committer;
    this.ranges = ranges;
    this.context = context;
    this.renewedNs = nowNs;
  }

  Collection<OwnedQueue> owned() {
    return owned.values();
  }

  @Nullable OwnedQueue get(Lane lane) {
    return byLane.get(lane);
  }

  /** Whether it is still this one that we have. */
  boolean has(OwnedQueue queue) {
    return byLane.get(queue.lane()) == queue;
  }

  /** Why queues wait to be begun; null if none does, or nothing went wrong. */
  @Nullable Exception failure() {
    return failure;
  }

  /** Gives up and begins what the group's shares say, and renews locks. */
  void update(long nowNs) throws InterruptedException {
    renew(nowNs);
    int sharings = client.sharings();
    if (sharings == followed) {
      return; // which is so at nearly every poll
    }
    List<OwnedQueue> leaving = new ArrayList<>();
    Map<String, Set<MessageQueue>> coming = new LinkedHashMap<>();
    client
        .shares()
        .forEach(
            (topic, share) -> {
              for (OwnedQueue queue : owned.values()) {
                if (queue.queue().getTopic().equals(topic)
                    && !share.ours().contains(queue.queue())) {
                  leaving.add(queue);
                }
              }
              Set<MessageQueue> missing = new HashSet<>(share.ours());
              missing.removeAll(owned.keySet());
              if (!missing.isEmpty()) {
                coming.put(topic, missing);
              }
            });
    giveUp(leaving, nowNs);
    waitingSinceNs
        .keySet()
        .removeIf(queue -> coming.values().stream().noneMatch(set -> set.contains(queue)));
    if (coming.isEmpty()) {
      failure = null;
      followed = sharings;
    } else if (!hasTried || nowNs - tryAgainNs >= 0) {
      begin(coming, nowNs);
      hasTried = true;
      tryAgainNs = nowNs + TRY_NS;
    }
  }

  // ---- beginning

  private void begin(Map<String, Set<MessageQueue>> coming, long nowNs)
      throws InterruptedException {
    Exception problem = null;
    for (Map.Entry<String, Set<MessageQueue>> topic : coming.entrySet()) {
      LogClient.Share share = client.shares().get(topic.getKey());
      for (Set<MessageQueue> queues : byBroker(topic.getValue())) {
        queues.forEach(queue -> waitingSinceNs.putIfAbsent(queue, nowNs));
        try {
          Set<MessageQueue> locked = client.lock(queues);
          Set<MessageQueue> ready = new HashSet<>(queues);
          ready.removeIf(queue -> !locked.contains(queue) && !mayDoWithout(queue, nowNs));
          if (!ready.isEmpty() && share != null) {
            assign(starts.find(ready, share.all()), locked, nowNs);
          }
        } catch (MQClientException | MQBrokerException | RemotingException e) {
          problem = e;
        }
      }
    }
    if (problem != null && failure == null) {
      log.warn(
          "{}: queues could not be begun, and are tried again: {}",
          context.connector(),
          problem.toString());
    }
    failure = problem;
  }

  private boolean mayDoWithout(MessageQueue queue, long nowNs) {
    Long since = waitingSinceNs.get(queue);
    return !context.keepsOrder()
        && (client.members() == 1 || (since != null && nowNs - since >= COURTESY_NS));
  }

  private void assign(List<Starts.Start> found, Set<MessageQueue> locked, long nowNs) {
    context.lanes().assigned(found.stream().map(Starts.Start::lane).toList());
    for (Starts.Start start : found) {
      OwnedQueue queue = start.queue();
      if (locked.contains(queue.queue())) {
        queue.locked(nowNs);
      }
      owned.put(queue.queue(), queue);
      byLane.put(queue.lane(), queue);
      waitingSinceNs.remove(queue.queue());
    }
  }

  private static Collection<Set<MessageQueue>> byBroker(Collection<MessageQueue> queues) {
    Map<String, Set<MessageQueue>> brokers = new LinkedHashMap<>();
    for (MessageQueue queue : queues) {
      brokers.computeIfAbsent(queue.getBrokerName(), name -> new HashSet<>()).add(queue);
    }
    return brokers.values();
  }

  // ---- the locks

  private void renew(long nowNs) throws InterruptedException {
    if (nowNs - renewedNs >= RENEW_NS) {
      renewedNs = nowNs;
      renewLocks(nowNs);
    }
    if (context.keepsOrder()) {
      lose(
          queue -> nowNs - queue.lockedNs() > TRUST_NS,
          "their locks could not be renewed for " + TRUST_S + " s");
    }
  }

  private void renewLocks(long nowNs) throws InterruptedException {
    for (Set<MessageQueue> queues : byBroker(owned.keySet())) {
      try {
        Set<MessageQueue> locked = client.lock(queues);
        for (MessageQueue queue : queues) {
          OwnedQueue ours = owned.get(queue);
          if (ours != null && locked.contains(queue)) {
            ours.locked(nowNs);
          } else if (ours != null) {
            ours.notLocked();
          }
        }
        if (context.keepsOrder()) {
          lose(
              queue -> queues.contains(queue.queue()) && !queue.isLocked(),
              "another member has their locks");
        }
      } catch (MQClientException | MQBrokerException | RemotingException e) {
        log.debug("{}: locks of {} were not renewed", context.connector(), queues, e);
      }
    }
  }

  private void lose(Predicate<OwnedQueue> which, String why) {
    List<OwnedQueue> gone = owned.values().stream().filter(which).toList();
    if (!gone.isEmpty()) {
      log.warn("{}: lost {}: {}", context.connector(), gone, why);
      forget(gone);
      context.lanes().lost(lanesOf(gone));
    }
  }

  // ---- giving up

  private void giveUp(List<OwnedQueue> leaving, long nowNs) throws InterruptedException {
    if (leaving.isEmpty()) {
      return;
    }
    try {
      Map<Lane, LaneCommit> commits = Revocation.await(context, lanesOf(leaving));
      for (OwnedQueue queue : leaving) {
        LaneCommit commit = commits.get(queue.lane());
        if (commit != null) {
          queue.want(commit);
        }
      }
      context.failpoints().reached("rocketmq-before-revoke-commit");
      Exception failed = committer.commitNow(leaving, COMMIT_LIMIT);
      if (failed != null) {
        log.warn(
            "{}: gave up {} without a commit: what was settled since the last one is handled again",
            context.connector(),
            leaving,
            failed);
      }
      ranges.keep(owned.values(), nowNs);
      context.failpoints().reached("rocketmq-after-revoke-commit");
      unlock(leaving);
    } finally {
      forget(leaving);
    }
  }

  private void unlock(List<OwnedQueue> leaving) throws InterruptedException {
    for (Set<MessageQueue> queues : byBroker(leaving.stream().map(OwnedQueue::queue).toList())) {
      try {
        client.unlock(queues);
      } catch (MQClientException | MQBrokerException | RemotingException e) {
        log.info(
            "{}: {} could not be unlocked: another member has to wait for up to a minute",
            context.connector(),
            queues,
            e);
      }
    }
  }

  /**
   * Gives up everything.
   *
   * @throws ConnectorException if what is settled could not be found out
   */
  void giveUpAll(long nowNs) throws InterruptedException {
    giveUp(List.copyOf(owned.values()), nowNs);
  }

  private void forget(List<OwnedQueue> gone) {
    followed = NEVER;
    committer.forget(gone);
    for (OwnedQueue queue : gone) {
      owned.remove(queue.queue(), queue);
      byLane.remove(queue.lane(), queue);
    }
  }

  /** A queue goes on further back: the log was cut, or made anew, or its offset was reset. */
  void startOver(OwnedQueue queue, long position) {
    context.lanes().lost(List.of(queue.lane()));
    queue.moveTo(position);
    queue.resume(); // a lane that is handed over anew is not paused
    LaneStart start = new LaneStart(queue.lane(), position, PositionRanges.empty());
    queue.want(new LaneCommit(position, PositionRanges.empty()));
    committer.commitLater(List.of(queue));
    context.lanes().assigned(List.of(start));
  }

  private static List<Lane> lanesOf(List<OwnedQueue> queues) {
    return queues.stream().map(OwnedQueue::lane).toList();
  }
}
