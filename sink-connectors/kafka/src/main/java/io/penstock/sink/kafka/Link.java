package io.penstock.sink.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A producer that is used until a record fails in it that others must not overtake. Then it is broken
 * off: what it has not sent yet is never sent, and fails too.
 */
final class Link {

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private volatile boolean broken;

  Link(Map<String, Object> properties) {
    this.producer = new KafkaProducer<>(properties);
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  boolean isBroken() {
    return broken;
  }

  /**
   * Breaks it off. On the producer's own thread, in a callback, this only marks it: that thread ends
   * as soon as the callback returns, and sends nothing before.
   */
  void breakOff() {
    if (!broken) {
      broken = true;
      producer.close(Duration.ZERO);
    }
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
