package io.penstock.connector;

import java.time.Duration;
import java.util.List;

/**
 * A source that takes records out of a queue: each is held under a lease until it is settled or
 * released, and there is no order among them. Positions need only be unique within a lane.
 *
 * <p>The engine calls nothing that {@link #capabilities()} does not name.
 */
public interface QueueSource extends Source {

  /** What this queue can do. Constant; may be called from any thread. */
  QueueCapabilities capabilities();

  /** An attempt of these records begins. A source that keeps states makes it durable before it returns. */
  void started(List<SourceRecord> records);

  /** What the function told about a record. Called only with {@link QueueCapability#PROGRESS}. */
  void progress(SourceRecord record, double fraction, String note);

  /**
   * Attempts that have ended, before anything else is told of their records. Called only with {@link
   * QueueCapability#ATTEMPTS}.
   */
  default void attempted(List<Attempt> attempts) {}

  /** Extends the lease of these records. Called only with {@link QueueCapability#RENEW}. */
  void renew(List<SourceRecord> records);

  /**
   * Puts a record back, to be delivered again after the delay. A positive delay is asked for only
   * with {@link QueueCapability#DELAYED_RELEASE}.
   */
  void release(SourceRecord record, Duration delay);

  /** These records are settled, each in its own way: take them out of the queue. */
  void settled(List<Settled> records);

  /** A record, and how an attempt of it ended. */
  record Attempt(SourceRecord record, AttemptEnd end) {}

  /** A record and what became of it. */
  record Settled(SourceRecord record, Settlement settlement) {}
}
