package io.penstock.functions;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What a handler may know about the invocation it runs in. Safe to use from any thread, also from
 * those that the handler starts, until the invocation ends. No method returns null.
 *
 * <p>Tests make one with {@link TestContext}.
 */
public interface Context {

  /** The name of the function, as the connector's file has it. */
  String function();

  /** The account the function belongs to; {@code default} where accounts are not used. */
  String account();

  /**
   * Which try this is, from 1. For a batch, that of the event tried most often. Throttled tries
   * and the splitting of a failed batch don't count.
   */
  int attempt();

  /** When the invocation must have ended. */
  Instant deadline();

  /** How much time is left until the deadline, at least zero. */
  Duration timeLeft();

  /** Whether the result is no longer wanted: the deadline has passed or the connector stops. */
  boolean isCancelled();

  /**
   * Runs an action once when the invocation is cancelled, or at once if it already is. It runs on a
   * thread of Penstock and must not block; what it throws is logged.
   */
  void onCancel(Runnable action);

  /**
   * Tells how far the work is; shown in the connector's status and kept by sources that track it.
   *
   * @param fraction from 0 to 1
   * @param note a short text for people
   * @throws IllegalArgumentException if the fraction is outside 0 to 1 or not a number
   */
  void progress(double fraction, String note);

  /** A logger that names the function. */
  System.Logger logger();

  /** The {@code settings} of the function from the connector's file; unmodifiable. */
  Map<String, String> settings();
}
