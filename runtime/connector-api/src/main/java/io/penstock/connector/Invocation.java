package io.penstock.connector;

import io.penstock.functions.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One call of a function with one batch. Thread-safe. */
public interface Invocation {

  /** The name of the function. */
  String function();

  /** The account it belongs to. */
  String account();

  /** The events, at least one; unmodifiable. */
  List<Event> events();

  /** Which try this is, from 1: that of the event tried most often. */
  int attempt();

  /** When it must have ended. */
  Instant deadline();

  /** Time left until then, at least zero. */
  Duration timeLeft();

  /** Whether the result is no longer wanted. */
  boolean isCancelled();

  /** Runs an action once when it is cancelled, or at once if it already is. It must not block. */
  void onCancel(Runnable action);

  /** What the function tells about its progress. */
  void progress(double fraction, String note);
}
