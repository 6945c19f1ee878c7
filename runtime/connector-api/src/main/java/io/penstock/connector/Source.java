package io.penstock.connector;

import java.time.Duration;
import java.util.List;

/**
 * The stateful part of a connector: it pulls records and owns positions. Implemented as a {@link
 * LogSource} or a {@link QueueSource}.
 *
 * <p><b>Threads.</b> Every method is called on one thread, the intake thread of this source, so a
 * source needs no locks and may confine its client to that thread. It must not keep that thread: no
 * call may block much longer than the time it was given, 50 ms in practice.
 *
 * <p><b>Life.</b>
 *
 * <ol>
 *   <li>{@link #open} once, which may take as long as the client needs to reach the server once. If
 *       it throws, {@link #close} follows.
 *   <li>{@link #poll} again and again, with the other methods in between, until the connector stops.
 *   <li>{@link #close} once.
 * </ol>
 *
 * <p><b>Failure.</b> A {@link ConnectorException} says by its category what the engine does: retry
 * the call after a backoff, or stop the connector with the message. Any other exception is treated
 * as retriable and logged with its stack.
 */
public interface Source extends AutoCloseable {

  /** Starts the client. */
  void open(SourceContext context);

  /**
   * Pulls what there is.
   *
   * @param demand what the engine can take
   * @param maxWait how long to wait for the first record; zero means not at all
   * @return records by lane, each lane once; empty if there are none
   */
  List<LaneRecords> poll(Demand demand, Duration maxWait);

  /**
   * Gives up every lane through {@link LaneOwner#revoking}, commits what that answers, and frees the
   * client. Bounded in time; a failure to commit is thrown after everything is freed.
   */
  @Override
  void close();
}
