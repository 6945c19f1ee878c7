package io.penstock.invoker;

import io.penstock.connector.Invocation;
import io.penstock.functions.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** The context of one invocation. Thread-safe. */
final class InvocationContext implements Context {

  private final Invocation invocation;
  private final FunctionView view;
  private final InvocationRun run;

  InvocationContext(Invocation invocation, FunctionView view, InvocationRun run) {
    this.invocation = invocation;
    this.view = view;
    this.run = run;
  }

  @Override
  public String function() {
    return invocation.function();
  }

  @Override
  public String account() {
    return invocation.account();
  }

  @Override
  public int attempt() {
    return invocation.attempt();
  }

  @Override
  public Instant deadline() {
    return invocation.deadline();
  }

  @Override
  public Duration timeLeft() {
    return invocation.timeLeft();
  }

  @Override
  public boolean isCancelled() {
    return run.isCancelled();
  }

  @Override
  public void onCancel(Runnable action) {
    run.onCancel(Objects.requireNonNull(action, "action"));
  }

  @Override
  public void progress(double fraction, String note) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be between 0 and 1: " + fraction);
    }
    invocation.progress(fraction, Objects.requireNonNull(note, "note"));
  }

  @Override
  public System.Logger logger() {
    return view.logger();
  }

  @Override
  public Map<String, String> settings() {
    return view.settings();
  }
}
