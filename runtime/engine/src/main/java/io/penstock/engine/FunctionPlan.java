package io.penstock.engine;

import io.penstock.connector.FunctionInvoker;
import java.time.Duration;

/**
 * A function to call.
 *
 * @param name for limits, logs and status; functions of the same account and name share a limit
 * @param account whom it belongs to
 * @param invoker calls it; the engine closes it when the connector stops
 * @param timeout of one invocation, positive
 * @param concurrency bounds of the adaptive limit
 */
public record FunctionPlan(
    String name,
    String account,
    FunctionInvoker invoker,
    Duration timeout,
    ConcurrencyPolicy concurrency) {

  /** Checks. */
  public FunctionPlan {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
  }
}
