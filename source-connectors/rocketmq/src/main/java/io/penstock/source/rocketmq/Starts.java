package io.penstock.source.rocketmq;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/**
 * Finds out where queues begin: at the group's offset, or else where the settings say. Blocks while
 * it asks the brokers; belongs to the intake thread.
 *
 * <p>A start at {@code last} is fixed for all queues of the topic at once, and stored: otherwise
 * what comes in before a queue has a member would be passed over. So a queue without an offset,
 * while others of its topic have one, is a queue that the topic got later, and is read from its
 * beginning.
 */
final class Starts {

  /**
   * A beginning.
   *
   * @param queue in its first state
   * @param lane what the engine is told
   */
  record Start(OwnedQueue queue, LaneStart lane) {}

  private static final long STORE_MS = 3_000;

  private final LogClient client;
  private final RocketMqSourceConfig config;
  private final SourceContext context;

  Starts(LogClient client, RocketMqSourceConfig config, SourceContext context) {
    this.client = client;
    this.config = config;
    this.context = context;
  }

  /**
   * Finds where queues of one topic begin.
   *
   * @param all the topic's queues
   */
  List<Start> find(Collection<MessageQueue> queues, Set<MessageQueue> all)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    Map<Lane, LaneCommit> settled = SettledRanges.load(context);
    List<Start> starts = new ArrayList<>();
    List<MessageQueue> fresh = new ArrayList<>();
    for (MessageQueue queue : queues) {
      long committed = client.committed(queue);
      if (committed == LogClient.NONE) {
        fresh.add(queue);
      } else {
        starts.add(start(queue, committed, settled));
      }
    }
    if (!fresh.isEmpty()) {
      begin(all);
      for (MessageQueue queue : fresh) {
        starts.add(start(queue, client.committed(queue), settled));
      }
    }
    return starts;
  }

  /** Stores where each queue of a topic begins that the group has no offset for. */
  private void begin(Set<MessageQueue> all)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    List<MessageQueue> without = new ArrayList<>();
    for (MessageQueue queue : all) {
      if (client.committed(queue) == LogClient.NONE) {
        without.add(queue);
      }
    }
    SeekTarget target = without.size() == all.size() ? config.startAt() : new SeekTarget.Earliest();
    for (MessageQueue queue : without) {
      store(queue, resolve(queue, target));
    }
  }

  private void store(MessageQueue queue, long offset)
      throws MQClientException, InterruptedException {
    CompletableFuture<Void> stored = client.commit(queue, offset);
    try {
      stored.get(STORE_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new MQClientException("where " + queue + " begins could not be stored", e);
    }
  }

  private Start start(MessageQueue queue, long offset, Map<Lane, LaneCommit> settled) {
    OwnedQueue owned = new OwnedQueue(queue, origin(queue), offset);
    LaneCommit known = settled.get(owned.lane());
    PositionRanges beyond =
        known != null && known.position() == offset
            ? known.settledBeyond()
            : PositionRanges.empty();
    owned.stored(new LaneCommit(offset, beyond));
    owned.want(new LaneCommit(offset, beyond));
    return new Start(owned, new LaneStart(owned.lane(), offset, beyond));
  }

  private Origin origin(MessageQueue queue) {
    return Origin.of(
        config.connection().namespace(), queue.getTopic(), Optional.of(OwnedQueue.nameOf(queue)));
  }

  /** The offset of a place in a queue. */
  long resolve(MessageQueue queue, SeekTarget target)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    if (target instanceof SeekTarget.Latest) {
      return client.end(queue);
    }
    if (target instanceof SeekTarget.At at) {
      return Math.max(client.at(queue, at.instant().toEpochMilli()), client.first(queue));
    }
    if (target instanceof SeekTarget.Position position) {
      long first = client.first(queue);
      long end = client.end(queue);
      if (position.position() > end) {
        throw new MQClientException(
            "offset "
                + position.position()
                + " lies beyond the end of "
                + OwnedQueue.laneOf(queue)
                + ", which is "
                + end,
            null);
      }
      return Math.max(first, position.position());
    }
    return client.first(queue);
  }
}
