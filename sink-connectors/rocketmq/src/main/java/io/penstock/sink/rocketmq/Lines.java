package io.penstock.sink.rocketmq;

import io.penstock.connector.SinkRecord;
import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues of the topic: which message goes to which, and how much is under way to all of them.
 * Belongs to the delivery thread; answers come on others.
 *
 * <p>A topic may get more queues, or fewer: then a group goes to another queue than before. The new
 * queues are used once nothing is under way to the old ones, so that at least what this sink sends
 * isn't overtaken by what it sends.
 */
final class Lines {

  private static final Logger log = LoggerFactory.getLogger(Lines.class);
  private static final long LOOK_NS = Duration.ofSeconds(30).toNanos();
  private static final long AVOID_NS = Duration.ofSeconds(5).toNanos();

  /** So many messages without an order go to one queue before the next: batches want company. */
  private static final int STICK = 64;

  private final DefaultMQProducer producer;
  private final String topic;
  private final QueueLine.Style style;
  private final Failures failures;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Map<MessageQueue, QueueLine> lines = new HashMap<>();
  private List<MessageQueue> queues;
  private long bytes;
  private long lookedNs;
  private int turn;
  private int stuck;

  /**
   * The lines of a topic.
   *
   * @param maxBytes how much may be under way
   * @throws MQClientException if the name server can't be asked, or knows no such topic
   */
  Lines(
      DefaultMQProducer producer,
      String topic,
      QueueLine.Style style,
      Failures failures,
      long maxBytes)
      throws MQClientException {
    this.producer = producer;
    this.topic = topic;
    this.style = style;
    this.failures = failures;
    this.maxBytes = maxBytes;
    this.queues = producer.fetchPublishMessageQueues(topic);
    this.lookedNs = System.nanoTime();
  }

  /** Looks now and then whether the topic's queues are others by now. */
  void refresh() {
    long nowNs = System.nanoTime();
    if (nowNs - lookedNs < LOOK_NS) {
      return;
    }
    lookedNs = nowNs;
    try {
      List<MessageQueue> found = producer.fetchPublishMessageQueues(topic);
      if (!found.equals(queues) && awaitIdle(Duration.ofSeconds(20))) {
        log.info("topic {} has {} queues now, {} before", topic, found.size(), queues.size());
        queues = found;
        lines.clear();
      }
    } catch (MQClientException e) {
      log.debug("topic {}: the queues known before are used on", topic, e);
    }
  }

  /**
   * Where a record goes.
   *
   * @param group the record's message group, if it has one
   */
  QueueLine of(SinkRecord record, @Nullable String group) {
    if (group != null) {
      return line(Math.floorMod(group.hashCode(), queues.size()));
    }
    if (record.orderKey() != SourceRecord.NO_ORDER_KEY) {
      return line(Math.floorMod(Long.hashCode(record.orderKey()), queues.size()));
    }
    if (++stuck > STICK) {
      stuck = 0;
      turn++;
    }
    QueueLine line = line(Math.floorMod(turn, queues.size()));
    for (int i = 1; i < queues.size() && line.failedWithin(AVOID_NS); i++) {
      line = line(Math.floorMod(++turn, queues.size()));
    }
    return line;
  }

  private QueueLine line(int index) {
    return lines.computeIfAbsent(
        queues.get(index),
        queue -> new QueueLine(producer, topic, queue, style, failures, this::ended));
  }

  /** A call ends: the next begins with another queue. */
  void turn() {
    turn++;
    stuck = 0;
  }

  /** Takes room for a message, and waits for it if need be: every request ends in bounded time. */
  void take(int sizeBytes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (bytes > 0 && bytes + sizeBytes > maxBytes) {
        pumpAll();
        freed.await(1, TimeUnit.SECONDS);
      }
      bytes += sizeBytes;
    } finally {
      lock.unlock();
    }
  }

  private void ended(long sizeBytes) {
    lock.lock();
    try {
      bytes -= sizeBytes;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what may be sent. */
  void pumpAll() {
    new ArrayList<>(lines.values()).forEach(QueueLine::pump);
  }

  /** Waits until nothing is under way; answers whether that is so. */
  boolean awaitIdle(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    lock.lock();
    try {
      while (bytes > 0) {
        long leftNs = deadline - System.nanoTime();
        if (leftNs <= 0) {
          return false;
        }
        freed.awaitNanos(leftNs);
      }
      return lines.values().stream().allMatch(QueueLine::isIdle);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
