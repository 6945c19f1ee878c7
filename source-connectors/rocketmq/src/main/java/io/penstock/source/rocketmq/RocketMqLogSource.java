package io.penstock.source.rocketmq;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;

/**
 * Reads topics as a member of a consumer group: a lane is a queue, a position an offset.
 *
 * <p>Each queue has one pull under way or one answer in hand. The client's threads only leave
 * letters in the {@link Mailbox}; everything else happens on the intake thread. Beginning and
 * giving up queues may block it for as long as a broker takes to answer.
 */
final class RocketMqLogSource implements LogSource {

  private static final Duration SHARE_LIMIT = Duration.ofSeconds(20);

  private final RocketMqSourceConfig config;
  private final Failures failures;
  private final LongSupplier nanoTime;
  private @Nullable Session session;

  /** What there is while the source is open. */
  private record Session(
      SourceContext context,
      LogClient client,
      Mailbox mailbox,
      Committer committer,
      SettledRanges ranges,
      Starts starts,
      QueueAssignment assignment,
      Puller puller,
      long openedNs) {}

  RocketMqLogSource(RocketMqSourceConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.failures = new Failures(config);
    this.nanoTime = nanoTime;
  }

  @Override
  public void open(SourceContext context) {
    LogClient client = new LogClient(config, context);
    try {
      client.start();
    } catch (MQClientException | MQBrokerException | RuntimeException e) {
      client.close();
      throw failures.translate("opening", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      client.close();
      throw failures.translate("opening", e);
    }
    long nowNs = nanoTime.getAsLong();
    Mailbox mailbox = new Mailbox(nanoTime);
    Committer committer = new Committer(context.connector(), client, mailbox, context.failpoints());
    SettledRanges ranges = new SettledRanges(context);
    Starts starts = new Starts(client, config, context);
    QueueAssignment assignment =
        new QueueAssignment(client, starts, committer, ranges, context, nowNs);
    session =
        new Session(
            context,
            client,
            mailbox,
            committer,
            ranges,
            starts,
            assignment,
            new Puller(context, client, mailbox, assignment, nowNs),
            nowNs);
  }

  private Session session() {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("the source is not open");
    }
    return open;
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    Session open = session();
    boolean taking = demand.events() > 0 && demand.bytes() > 0;
    try {
      open.mailbox().read();
      long nowNs = nanoTime.getAsLong();
      open.assignment().update(nowNs);
      open.committer().retryIfDue(open.assignment().owned(), nowNs);
      open.ranges().keepIfDue(open.assignment().owned(), nowNs);
      if (!taking) {
        return List.of();
      }
      open.puller().pull(nowNs);
      if (!open.puller().hasAny() && !maxWait.isZero()) {
        open.mailbox().read(maxWait);
      }
      List<LaneRecords> found = open.puller().take(nowNs);
      open.puller().pull(nowNs);
      if (found.isEmpty()) {
        checkAlive(open, nowNs);
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private void checkAlive(Session open, long nowNs) {
    Exception notBegun = open.assignment().failure();
    // While there are others, they go on: a broker that is away must not hold them up.
    if (notBegun != null && open.assignment().owned().isEmpty()) {
      throw failures.translate("beginning queues", notBegun);
    }
    Throwable cutOff = open.puller().cutOff(nowNs);
    if (cutOff != null) {
      throw failures.translate("reading", cutOff);
    }
    if (open.client().shares().isEmpty() && nowNs - open.openedNs() > SHARE_LIMIT.toNanos()) {
      open.client().rebalance();
      throw ConnectorException.retry(
          "RocketMQ at "
              + config.servers()
              + ": group "
              + config.groupOf(open.context().connector())
              + " could not be joined: no broker of the topics "
              + config.topics()
              + " answered. Check that the brokers run, and that the group may be used",
          null);
    }
  }

  @Override
  public void pause(Collection<Lane> lanes) {
    for (Lane lane : lanes) {
      OwnedQueue queue = session().assignment().get(lane);
      if (queue != null) { // it may have been given up since
        queue.pause();
      }
    }
  }

  @Override
  public void resume(Collection<Lane> lanes) {
    for (Lane lane : lanes) {
      OwnedQueue queue = session().assignment().get(lane);
      if (queue != null) {
        queue.resume();
      }
    }
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    Session open = session();
    List<OwnedQueue> queues = new ArrayList<>(commits.size());
    commits.forEach(
        (lane, commit) -> {
          OwnedQueue queue = open.assignment().get(lane);
          if (queue != null) { // nothing may be committed of a lane that was given up
            queue.want(commit);
            queues.add(queue);
          }
        });
    open.committer().commitLater(queues);
    open.ranges().changed();
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    Session open = session();
    OwnedQueue queue = open.assignment().get(lane);
    if (queue == null) {
      throw ConnectorException.fatal(
          "lane '" + lane + "' isn't owned by this worker, so it can't be moved here", null);
    }
    try {
      long position = open.starts().resolve(queue.queue(), target);
      queue.moveTo(position);
      return new LaneStart(lane, position, PositionRanges.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failures.translate("moving lane '" + lane + "'", e);
    } catch (MQClientException | MQBrokerException | RemotingException e) {
      throw failures.translate("moving lane '" + lane + "'", e);
    }
  }

  @Override
  public long lag(Lane lane) {
    OwnedQueue queue = session().assignment().get(lane);
    return queue == null ? -1 : queue.lag();
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open == null) {
      return;
    }
    try {
      open.assignment().giveUpAll(nanoTime.getAsLong());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.client().close();
    }
  }
}
