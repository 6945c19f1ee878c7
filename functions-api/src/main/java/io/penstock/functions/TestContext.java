package io.penstock.functions;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A context for unit tests of handlers, without Penstock.
 *
 * <pre>{@code
 * var context = TestContext.create().setting("currency", "EUR").attempt(2);
 * assertEquals(new Invoice("o-1"), new InvoiceOrders().handle(new Order("o-1"), context));
 * }</pre>
 *
 * <p>Thread-safe. Time stands still unless a clock is given.
 */
public final class TestContext implements Context {

  private final Map<String, String> settings = new TreeMap<>();
  private final List<String> progress = new ArrayList<>();
  private final List<Runnable> cancelActions = new ArrayList<>();
  private String function = "test";
  private String account = "default";
  private int attempt = 1;
  private Clock clock;
  private Instant deadline;
  private boolean cancelled;

  private TestContext(Clock clock) {
    this.clock = clock;
    this.deadline = clock.instant().plusSeconds(30);
  }

  /** A context for function {@code test}, attempt 1, with 30 s left. */
  public static TestContext create() {
    return new TestContext(Clock.fixed(Instant.EPOCH, java.time.ZoneOffset.UTC));
  }

  /** Sets the function's name. */
  public synchronized TestContext function(String name) {
    this.function = Objects.requireNonNull(name, "name");
    return this;
  }

  /** Sets the account. */
  public synchronized TestContext account(String name) {
    this.account = Objects.requireNonNull(name, "name");
    return this;
  }

  /** Sets the attempt, from 1. */
  public synchronized TestContext attempt(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("attempt must be 1 or more: " + number);
    }
    this.attempt = number;
    return this;
  }

  /** Adds a setting. */
  public synchronized TestContext setting(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Sets the clock that {@link #timeLeft()} is read from, and the deadline. */
  public synchronized TestContext time(Clock clock, Instant deadline) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.deadline = Objects.requireNonNull(deadline, "deadline");
    return this;
  }

  /** Cancels the invocation: runs the cancel actions, each once. */
  public TestContext cancel() {
    List<Runnable> actions;
    synchronized (this) {
      cancelled = true;
      actions = List.copyOf(cancelActions);
      cancelActions.clear();
    }
    actions.forEach(Runnable::run);
    return this;
  }

  /** What the handler told by {@link #progress(double, String)}, as {@code 50% note}. */
  public synchronized List<String> progressNotes() {
    return List.copyOf(progress);
  }

  @Override
  public synchronized String function() {
    return function;
  }

  @Override
  public synchronized String account() {
    return account;
  }

  @Override
  public synchronized int attempt() {
    return attempt;
  }

  @Override
  public synchronized Instant deadline() {
    return deadline;
  }

  @Override
  public synchronized Duration timeLeft() {
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
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be between 0 and 1: " + fraction);
    }
    progress.add(Math.round(fraction * 100) + "% " + note);
  }

  @Override
  public System.Logger logger() {
    return System.getLogger(function());
  }

  @Override
  public synchronized Map<String, String> settings() {
    return Map.copyOf(settings);
  }
}
