package io.penstock.source.rocketmq;

import io.penstock.connector.LaneRecords;
import io.penstock.connector.SourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pull under way for each queue and hands over what they bring. Confined to the intake
 * thread, but for the callbacks, which leave letters.
 */
final class Puller {

  private static final Logger log = LoggerFactory.getLogger(Puller.class);
  private static final long AGAIN_NS = Duration.ofMillis(500).toNanos();

  /** Longer than a broker keeps a pull when there is nothing. */
  private static final long SILENCE_NS = Duration.ofSeconds(20).toNanos();

  private static final int MIN_PULL_BYTES = 64 << 10;
  private static final int MAX_PULL_BYTES = 1 << 20;

  private final SourceContext context;
  private final LogClient client;
  private final Mailbox mailbox;
  private final QueueAssignment assignment;
  private long aliveNs;
  private @Nullable Throwable failure;

  Puller(
      SourceContext context,
      LogClient client,
      Mailbox mailbox,
      QueueAssignment assignment,
      long nowNs) {
    this.context = context;
    this.client = client;
    this.mailbox = mailbox;
    this.assignment = assignment;
    this.aliveNs = nowNs;
  }

  /** Starts pulls for all queues that have none and nothing in hand, as long as there is room. */
  void pull(long nowNs) throws InterruptedException {
    Collection<OwnedQueue> owned = assignment.owned();
    int maxBytes =
        (int)
            Math.max(
                MIN_PULL_BYTES,
                Math.min(MAX_PULL_BYTES, context.bufferBytes() / Math.max(1, owned.size())));
    long buffered = owned.stream().mapToLong(OwnedQueue::fetchedBytes).sum();
    for (OwnedQueue queue : owned) {
      if (queue.wantsPull(nowNs)
          && !queue.isPaused()
          && (buffered == 0 || buffered + maxBytes <= context.bufferBytes())) {
        pull(queue, maxBytes, nowNs);
      }
    }
  }

  private void pull(OwnedQueue queue, int maxBytes, long nowNs) throws InterruptedException {
    int number = queue.pulling();
    PullCallback callback =
        new PullCallback() {
          @Override
          public void onSuccess(PullResult result) {
            mailbox.put(now -> pulled(queue, number, result, now));
          }

          @Override
          public void onException(Throwable e) {
            mailbox.put(now -> failed(queue, number, e, now));
          }
        };
    try {
      client.pull(queue.queue(), queue.position(), maxBytes, callback);
    } catch (MQClientException | MQBrokerException | RemotingException e) {
      failed(queue, number, e, nowNs);
    }
  }

  private void pulled(OwnedQueue queue, int number, PullResult result, long nowNs) {
    aliveNs = nowNs;
    failure = null;
    if (!assignment.has(queue) || !queue.isCurrent(number)) {
      return;
    }
    int bytes = 0;
    if (result.getMsgFoundList() != null) {
      for (MessageExt message : result.getMsgFoundList()) {
        bytes += message.getStoreSize();
      }
    }
    queue.fetched(result, bytes);
  }

  private void failed(OwnedQueue queue, int number, Throwable e, long nowNs) {
    if (!assignment.has(queue) || !queue.isCurrent(number)) {
      return;
    }
    if (failure == null) {
      log.info("{}: pulling {} failed and is tried again: {}", context.connector(), queue, e);
    }
    failure = e;
    queue.pullAgainAt(nowNs + AGAIN_NS);
  }

  /** Why nothing has come for longer than there could be nothing; null if that isn't so. */
  @Nullable Throwable cutOff(long nowNs) {
    return nowNs - aliveNs > SILENCE_NS ? failure : null;
  }

  /** Whether something can be handed over. */
  boolean hasAny() {
    for (OwnedQueue queue : assignment.owned()) {
      if (queue.peek() != null && !queue.isPaused()) {
        return true;
      }
    }
    return false;
  }

  /** What can be handed over. */
  List<LaneRecords> take(long nowNs) throws InterruptedException {
    List<LaneRecords> taken = new ArrayList<>();
    for (OwnedQueue queue : List.copyOf(assignment.owned())) {
      PullResult result = queue.peek();
      if (result != null && !queue.isPaused()) {
        queue.took();
        LaneRecords records =
            result.getPullStatus() == PullStatus.OFFSET_ILLEGAL
                ? elsewhere(queue, result, nowNs)
                : recordsOf(queue, result);
        if (records != null) {
          taken.add(records);
        }
      }
    }
    return taken;
  }

  private static @Nullable LaneRecords recordsOf(OwnedQueue queue, PullResult result) {
    long next = Math.max(queue.position(), result.getNextBeginOffset());
    List<MessageExt> found = result.getMsgFoundList();
    List<RocketMqRecord> records = new ArrayList<>(found == null ? 0 : found.size());
    if (found != null && result.getPullStatus() == PullStatus.FOUND) {
      for (MessageExt message : found) {
        if (message.getQueueOffset() >= queue.position()) {
          records.add(
              new RocketMqRecord(queue.origin(), message.getQueueOffset(), messageOf(message)));
        }
      }
    }
    if (records.isEmpty() && next == queue.position()) {
      return null;
    }
    queue.advance(next);
    return new LaneRecords(queue.lane(), records, next);
  }

  private static NativeMessage messageOf(MessageExt message) {
    String key = message.getProperty(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
    return new NativeMessage(
        key == null || key.isEmpty() ? message.getMsgId() : key,
        message.getBody(),
        message.getProperties(),
        message.getBornTimestamp(),
        message.getReconsumeTimes() + 1);
  }

  /**
   * The next message is not there: retention has passed it, or the log was cut or made anew, or the
   * group's offset was reset on the broker. Forwards is a gap in the lane; backwards the lane
   * begins anew, but only if the broker's end lies there: one that recovers may not know all of it
   * yet.
   */
  private @Nullable LaneRecords elsewhere(OwnedQueue queue, PullResult result, long nowNs)
      throws InterruptedException {
    long from = queue.position();
    long to = result.getNextBeginOffset();
    if (to < from) {
      try {
        long end = client.end(queue.queue());
        if (end >= from && client.committed(queue.queue()) != to) {
          queue.pullAgainAt(nowNs + AGAIN_NS);
          return null;
        }
      } catch (MQClientException | MQBrokerException | RemotingException e) {
        failed(queue, queue.pulling(), e, nowNs);
        return null;
      }
    }
    log.warn(
        "{}: offset {} of {} is not in the log any more (retention, a log cut or made anew, or an"
            + " offset that was reset): going on at {}",
        context.connector(),
        from,
        queue,
        to);
    if (to < from) {
      assignment.startOver(queue, to);
      return null;
    }
    queue.moveTo(to);
    return new LaneRecords(queue.lane(), List.of(), to);
  }
}
