package io.penstock.sink.kafka;

import io.penstock.connector.SinkAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A producer that is used until a record fails in it that others must not overtake, or until it is
 * stuck. Then it is broken off: what it has not sent yet is never sent, and fails too. Thread-safe.
 */
final class Link {

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Watch watch;
  private volatile boolean broken;
  private volatile boolean stuck;

  /**
   * A link that nothing was sent over.
   *
   * @param stuckAfter how long calls may be open while none of them ends
   */
  Link(Map<String, Object> properties, Duration stuckAfter) {
    this.producer = new KafkaProducer<>(properties);
    this.watch =
        new Watch(
            stuckAfter,
            CompletableFuture.delayedExecutor(stuckAfter.toMillis(), TimeUnit.MILLISECONDS),
            System::nanoTime,
            this::breakOffStuck);
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  /** Watches over a call until it has its answer. */
  void watch(SinkAnswer answer) {
    watch.began();
    answer.stage().whenComplete((outcomes, failure) -> watch.ended());
  }

  boolean isBroken() {
    return broken;
  }

  /** Whether it was broken off because nothing was answered any more. */
  boolean isStuck() {
    return stuck;
  }

  private void breakOffStuck() {
    stuck = true;
    breakOff();
  }

  /**
   * Breaks it off. On the producer's own thread, in a callback, this only tells it to end: it does so
   * as soon as the callback returns, and sends nothing before.
   */
  void breakOff() {
    synchronized (this) {
      if (broken) {
        return;
      }
      broken = true;
    }
    producer.close(Duration.ZERO);
  }

  /** Waits until nothing can be sent any more and every record has its answer. */
  void awaitEnd() {
    producer.close(JOIN_LIMIT);
  }

  /** Sends what it has within the time, then frees it. */
  void close(Duration timeout) {
    producer.close(timeout);
  }
}
