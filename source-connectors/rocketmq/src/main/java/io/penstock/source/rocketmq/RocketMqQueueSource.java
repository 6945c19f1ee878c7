package io.penstock.source.rocketmq;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueCapability;
import io.penstock.connector.QueueSource;
import io.penstock.connector.Revocation;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages one by one through a proxy, as the simple consumer does: each is held for a time,
 * renewed while it is handled, and acknowledged when it is settled. A lane is a topic.
 *
 * <p>Putting a message back makes the group deliver it once more, and count that; so the engine
 * puts back only what has to wait long, and holds the rest here. What nobody renews, because the
 * worker crashed, the group delivers again by itself.
 *
 * <p>Acknowledgements and renewals are sent without waiting for the answer. An acknowledgement that
 * could not be delivered is sent again; one that is refused comes too late: the group has given the
 * message to somebody else, who handles it again.
 */
final class RocketMqQueueSource implements QueueSource {

  private static final Logger log = LoggerFactory.getLogger(RocketMqQueueSource.class);

  /** What a proxy can be asked to wait at least. */
  private static final Duration SHORTEST_HOLD = Duration.ofMillis(100);

  private static final Duration MIN_RELEASE_DELAY = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final long ACK_AGAIN_NS = Duration.ofSeconds(1).toNanos();

  private final RocketMqSourceConfig config;
  private final Failures failures;
  private final LongSupplier nanoTime;
  private final Duration lease;
  private @Nullable Session session;

  /** What there is while the source is open. */
  private static final class Session {
    private final SourceContext context;
    private final SimpleConsumer consumer;
    private final Mailbox mailbox;
    private final Receiver receiver;
    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private final Map<SourceRecord, Held> held = new IdentityHashMap<>();
    private final Set<CompletableFuture<Void>> acknowledging = new HashSet<>();
    private final List<Held> notAcknowledged = new ArrayList<>();
    private long acknowledgeAgainNs;
    private long position;

    Session(SourceContext context, SimpleConsumer consumer, Mailbox mailbox, Receiver receiver) {
      this.context = context;
      this.consumer = consumer;
      this.mailbox = mailbox;
      this.receiver = receiver;
    }
  }

  RocketMqQueueSource(RocketMqSourceConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.failures = new Failures(config);
    this.nanoTime = nanoTime;
    this.lease = config.queue().invisibleDuration();
  }

  @Override
  public QueueCapabilities capabilities() {
    return new QueueCapabilities(
        Set.of(QueueCapability.RENEW, QueueCapability.DELAYED_RELEASE),
        lease,
        MIN_RELEASE_DELAY,
        config.queue().maxDeliveries());
  }

  @Override
  public void open(SourceContext context) {
    SimpleConsumer consumer;
    try {
      consumer = QueueClient.start(config, context.connector());
    } catch (ClientException | RuntimeException e) {
      throw failures.translate("opening", e);
    }
    Mailbox mailbox = new Mailbox(nanoTime);
    Session open =
        new Session(
            context,
            consumer,
            mailbox,
            new Receiver(consumer, lease, mailbox, nanoTime.getAsLong()));
    for (String topic : config.topics()) {
      open.origins.put(topic, Origin.of(config.connection().namespace(), topic, Optional.empty()));
    }
    session = open;
    context
        .lanes()
        .assigned(
            lanes(open).stream()
                .map(lane -> new LaneStart(lane, 0, PositionRanges.empty()))
                .toList());
  }

  private static List<Lane> lanes(Session open) {
    return open.origins.keySet().stream().map(Lane::new).toList();
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
    try {
      open.mailbox.read();
      long nowNs = nanoTime.getAsLong();
      acknowledgeAgain(open, nowNs);
      open.receiver.renew(nowNs);
      if (demand.events() <= 0 || demand.bytes() <= 0) {
        return List.of();
      }
      open.receiver.receive(demand.events(), nowNs);
      if (open.receiver.isEmpty() && !maxWait.isZero()) {
        open.mailbox.read(maxWait);
      }
      List<LaneRecords> found = take(open, demand, nowNs);
      open.receiver.receive(demand.events() - sizeOf(found), nowNs);
      Throwable cutOff = open.receiver.cutOff(nowNs);
      if (found.isEmpty() && cutOff != null) {
        throw failures.translate("receiving", cutOff);
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static int sizeOf(List<LaneRecords> lanes) {
    return lanes.stream().mapToInt(lane -> lane.records().size()).sum();
  }

  private List<LaneRecords> take(Session open, Demand demand, long nowNs) {
    Map<String, List<RocketMqRecord>> byTopic = new LinkedHashMap<>();
    long bytes = 0;
    for (int count = 0; count < demand.events(); count++) {
      Receiver.Received next = open.receiver.peek();
      if (next == null) {
        break;
      }
      String topic = next.message().getTopic();
      RocketMqRecord record =
          new RocketMqRecord(
              originOf(open, topic), open.position, QueueClient.messageOf(next.message()));
      bytes += record.sizeBytes();
      if (bytes > demand.bytes()) {
        break;
      }
      open.receiver.remove();
      open.position++;
      open.held.put(record, new Held(open.consumer, next.message(), record, next.receivedNs()));
      byTopic.computeIfAbsent(topic, t -> new ArrayList<>()).add(record);
    }
    List<LaneRecords> lanes = new ArrayList<>(byTopic.size());
    byTopic.forEach(
        (topic, records) -> lanes.add(new LaneRecords(new Lane(topic), records, open.position)));
    return lanes;
  }

  private static Origin originOf(Session open, String topic) {
    Origin origin = open.origins.get(topic);
    if (origin == null) {
      throw new IllegalStateException("a message of topic " + topic + ", which is not read");
    }
    return origin;
  }

  @Override
  public void started(List<SourceRecord> records) {
    // The group counts deliveries, not attempts: there is nothing to tell it.
  }

  @Override
  public void progress(SourceRecord record, double fraction, String note) {
    throw new UnsupportedOperationException("capabilities() does not name it");
  }

  @Override
  public void renew(List<SourceRecord> records) {
    Session open = session();
    long nowNs = nanoTime.getAsLong();
    for (SourceRecord record : records) {
      Held held = open.held.get(record);
      if (held != null) {
        held.holdFor(lease, nowNs)
            .whenComplete((done, failure) -> logIfFailed(open, "renewed", failure));
      }
    }
  }

  @Override
  public void release(SourceRecord record, Duration delay) {
    Session open = session();
    Held held = open.held.remove(record);
    if (held != null) {
      putBack(open, held, delay);
    }
  }

  private void putBack(Session open, Held held, Duration delay) {
    Duration time = delay.compareTo(SHORTEST_HOLD) < 0 ? SHORTEST_HOLD : delay;
    CompletableFuture<Void> answer = held.holdFor(time, nanoTime.getAsLong());
    open.acknowledging.add(answer);
    answer.whenComplete(
        (done, failure) -> {
          logIfFailed(open, "put back", failure);
          open.mailbox.put(nowNs -> open.acknowledging.remove(answer));
        });
  }

  private static void logIfFailed(Session open, String what, @Nullable Throwable failure) {
    if (failure != null) {
      log.debug(
          "{}: a message could not be {}; the group delivers it again in its own time",
          open.context.connector(),
          what,
          failure);
    }
  }

  @Override
  public void settled(List<Settled> records) {
    Session open = session();
    for (Settled settled : records) {
      Held held = open.held.remove(settled.record());
      if (held != null) {
        acknowledge(open, held);
      }
    }
  }

  private void acknowledge(Session open, Held held) {
    CompletableFuture<Void> answer = held.acknowledge();
    open.acknowledging.add(answer);
    answer.whenComplete(
        (done, failure) ->
            open.mailbox.put(
                nowNs -> {
                  open.acknowledging.remove(answer);
                  if (failure != null) {
                    notAcknowledged(open, held, failure, nowNs);
                  }
                }));
  }

  private void notAcknowledged(Session open, Held held, Throwable failure, long nowNs) {
    boolean isOver = nowNs - held.renewedNs() > lease.toNanos();
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (isOver || isRefused(cause)) {
      log.info(
          "{}: event {} was acknowledged too late, and is handled again: {}",
          open.context.connector(),
          held.record().id(),
          cause.getMessage());
      return;
    }
    if (open.notAcknowledged.isEmpty()) {
      open.acknowledgeAgainNs = nowNs + ACK_AGAIN_NS;
    }
    open.notAcknowledged.add(held);
  }

  /** Whether the proxy has answered, so that asking again is of no use. */
  private static boolean isRefused(Throwable failure) {
    return failure instanceof ClientException answered
        && answered.getClass().getSimpleName().matches("BadRequest.*|NotFound.*|Forbidden.*");
  }

  private void acknowledgeAgain(Session open, long nowNs) {
    if (!open.notAcknowledged.isEmpty() && nowNs - open.acknowledgeAgainNs >= 0) {
      List<Held> again = List.copyOf(open.notAcknowledged);
      open.notAcknowledged.clear();
      again.forEach(held -> acknowledge(open, held));
    }
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open == null) {
      return;
    }
    ConnectorException failure = null;
    try {
      Revocation.await(open.context, lanes(open));
    } catch (ConnectorException e) {
      failure = e;
    }
    try {
      // What was received and not handed over goes back at once.
      open.mailbox.read();
      for (Receiver.Received left : open.receiver.drain()) {
        RocketMqRecord record =
            new RocketMqRecord(
                originOf(open, left.message().getTopic()),
                0,
                QueueClient.messageOf(left.message()));
        putBack(
            open,
            new Held(open.consumer, left.message(), record, left.receivedNs()),
            Duration.ZERO);
      }
      awaitAnswers(open);
      open.consumer.close();
    } catch (IOException e) {
      failure = failures.translate("closing", e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static void awaitAnswers(Session open) {
    try {
      CompletableFuture.allOf(open.acknowledging.toArray(CompletableFuture[]::new))
          .get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.info(
          "{}: some messages could not be acknowledged or put back before the end, and are"
              + " delivered again: {}",
          open.context.connector(),
          e.toString());
    }
  }
}
