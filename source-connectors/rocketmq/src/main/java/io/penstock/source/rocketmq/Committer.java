package io.penstock.source.rocketmq;

import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneCommit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores how far queues are settled in the group's offsets. Confined to the intake thread, to which
 * answers come by its mailbox.
 *
 * <p>A broker handles commits on several threads, so a queue has one under way at a time. What is
 * wanted meanwhile goes next; what failed is sent again a second later.
 */
final class Committer {

  private static final Logger log = LoggerFactory.getLogger(Committer.class);
  private static final long RETRY_NS = Duration.ofSeconds(1).toNanos();

  private final String connector;
  private final LogClient client;
  private final Mailbox mailbox;
  private final Failpoints failpoints;
  private final Map<OwnedQueue, CompletableFuture<Void>> underWay = new HashMap<>();
  private boolean failed;
  private long retryAtNs;

  Committer(String connector, LogClient client, Mailbox mailbox, Failpoints failpoints) {
    this.connector = connector;
    this.client = client;
    this.mailbox = mailbox;
    this.failpoints = failpoints;
  }

  /** Sends what is wanted of these queues; returns before it is stored. */
  void commitLater(Collection<OwnedQueue> queues) {
    for (OwnedQueue queue : queues) {
      LaneCommit commit = queue.unstored();
      if (commit != null && !underWay.containsKey(queue)) {
        failpoints.reached("rocketmq-before-commit");
        CompletableFuture<Void> answer = client.commit(queue.queue(), commit.position());
        underWay.put(queue, answer);
        answer.whenComplete(
            (done, failure) -> mailbox.put(nowNs -> answered(queue, commit, failure, nowNs)));
      }
    }
  }

  private void answered(
      OwnedQueue queue, LaneCommit commit, @Nullable Throwable failure, long nowNs) {
    if (underWay.remove(queue) == null) {
      return; // it was given up meanwhile
    }
    if (failure == null) {
      queue.stored(commit);
      failpoints.reached("rocketmq-after-commit");
      commitLater(List.of(queue));
      return;
    }
    if (!failed) {
      log.info("{}: a commit of {} failed and is sent again: {}", connector, queue, failure);
    }
    failed = true;
    retryAtNs = nowNs + RETRY_NS;
  }

  /** Sends again what a failure has left unstored, when it is time. */
  void retryIfDue(Collection<OwnedQueue> owned, long nowNs) {
    if (failed && nowNs - retryAtNs >= 0) {
      failed = false;
      commitLater(owned);
    }
  }

  /**
   * Stores what is wanted of these queues before it returns, and forgets them.
   *
   * @return what could not be stored, with its failure; null if nothing failed
   */
  @Nullable Exception commitNow(Collection<OwnedQueue> queues, Duration timeout)
      throws InterruptedException {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (OwnedQueue queue : queues) {
      CompletableFuture<Void> before = underWay.remove(queue);
      LaneCommit commit = queue.unstored();
      if (commit != null) {
        // Not before the one under way has ended: it could overtake.
        answers.add(
            (before == null ? CompletableFuture.<Void>completedFuture(null) : before)
                .handle((done, failure) -> done)
                .thenCompose(done -> client.commit(queue.queue(), commit.position())));
      }
    }
    try {
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return null;
    } catch (ExecutionException | TimeoutException e) {
      return e;
    }
  }

  /** Nothing is committed of these any more. */
  void forget(Collection<OwnedQueue> queues) {
    underWay.keySet().removeAll(queues);
  }
}
