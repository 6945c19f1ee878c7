package io.penstock.functions;

import org.jspecify.annotations.Nullable;

/**
 * Handles one event at a time, blocking. The form most functions have.
 *
 * <p>{@code I} is what the payload is turned into: {@link Event} (nothing is turned), {@code byte[]},
 * {@link String} (UTF-8), or a record or class that JSON is bound to. {@code O} is the result: any of
 * the same, {@link Outcome} for full control, or {@link Void} for none.
 *
 * <p><b>Threads.</b> One instance serves all invocations, and several threads call it at a time: as
 * many as the connector's concurrency allows. It may block; on a JVM with virtual threads it runs on
 * one.
 *
 * <p><b>Results.</b> Null means done with nothing to pass on. An {@link Outcome} is taken as it is. A
 * {@link java.util.List} is several results. Anything else is one result.
 *
 * <p><b>Failure.</b> {@link ThrottledException} means that something behind the function is
 * overloaded: the event is tried again later and no attempt is counted. Any other exception counts
 * as a failed attempt; the event is tried again by the connector's retry policy, then goes to the
 * failure sinks. An {@link Error} does the same and is logged. A payload that cannot be bound to
 * {@code I} is rejected without calling the handler.
 *
 * <p><b>Timeout.</b> When the deadline passes, {@link Context#isCancelled()} turns true and the
 * thread is interrupted. Its slot is free again only when the handler returns.
 *
 * <p>The class needs a public constructor without parameters. If it is {@link AutoCloseable} it is
 * closed when the connector stops.
 */
@FunctionalInterface
public interface EventHandler<I, O> {

  /**
   * Handles one event.
   *
   * @param input the payload, never null
   * @param context of this invocation; not valid after the handler has returned
   * @return the result, or null for none
   * @throws Exception if the event could not be handled; see above
   */
  @Nullable O handle(I input, Context context) throws Exception;
}
