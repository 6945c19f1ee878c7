package io.penstock.connector;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where results and failures go. Stateless but for its client.
 *
 * <p><b>Threads.</b> {@link #open}, {@link #deliver} and {@link #close} are called on one thread, the
 * delivery thread of this sink, and may block on it; the answer may come on any thread.
 *
 * <p><b>Life.</b>
 *
 * <ol>
 *   <li>{@link #open} once; a {@link ConnectorException} says whether it is worth trying again.
 *   <li>{@link #deliver} again and again, several at a time in flight if the sink answers later.
 *   <li>{@link #close} once, when every answer has come or the stop has run out of time.
 * </ol>
 */
public interface Sink extends AutoCloseable {

  /** How a sink treats records of one call that have the same order key. */
  enum Ordering {
    /**
     * They arrive in order, and if one failed that may be delivered later, none after it arrives
     * before: those are {@link SinkOutcome.NotTried} or failed as well. One that is rejected for good
     * holds up nothing. Calls are also kept in order among each other.
     */
    KEPT,
    /** They may arrive in any order; the engine then sends one at a time of each key. */
    NONE
  }

  /** How this sink treats order. Constant; may be called from any thread. */
  Ordering ordering();

  /**
   * How many records one call takes at most, 1 or more: more of them become several calls, side by
   * side, each with a slot of the limiter. Only of a sink that does not keep order. Constant; may be
   * called from any thread.
   */
  default int maxRecords() {
    return Integer.MAX_VALUE;
  }

  /** Starts the client. */
  void open(SinkContext context);

  /**
   * Delivers records.
   *
   * @return completes with an outcome for each record, in the same order, within a bounded time. If
   *     it completes exceptionally, or this method throws, every record counts as failed this time.
   */
  CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records);

  /** Frees the client; bounded in time. */
  @Override
  void close();
}
