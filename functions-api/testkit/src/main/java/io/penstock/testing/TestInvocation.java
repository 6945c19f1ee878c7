package io.penstock.testing;

import io.penstock.connector.Invocation;
import io.penstock.functions.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An invocation on the clock of a test. Thread-safe. */
final class TestInvocation implements Invocation {

  private final String function;
  private final List<Event> events;
  private final int attempt;
  private final Clock clock;
  private final Instant deadline;
  private final List<Runnable> cancelActions = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private boolean cancelled;

  TestInvocation(String function, List<Event> events, int attempt, Clock clock, Duration timeout) {
    this.function = function;
    this.events = events;
    this.attempt = attempt;
    this.clock = clock;
    this.deadline = clock.instant().plus(timeout);
  }

  /** Runs the cancel actions, each once. */
  void cancel() {
    List<Runnable> actions;
    synchronized (this) {
      cancelled = true;
      actions = List.copyOf(cancelActions);
      cancelActions.clear();
    }
    actions.forEach(Runnable::run);
  }

  synchronized List<String> progressNotes() {
    return List.copyOf(progress);
  }

  @Override
  public String function() {
    return function;
  }

  @Override
  public String account() {
    return "default";
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Instant deadline() {
    return deadline;
  }

  @Override
  public Duration timeLeft() {
    Duration left = Duration.between(clock.instant(), deadline);
    return left.isNegative() ? Duration.ZERO : left;
  }

  @Override
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        cancelActions.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public synchronized void progress(double fraction, String note) {
    progress.add(Math.round(fraction * 100) + "% " + note);
  }
}
