package io.penstock.connector;

import java.util.concurrent.CompletionStage;

/** Calls one function: in the JVM, over HTTP, in a process of its own. */
public interface FunctionInvoker extends AutoCloseable {

  /**
   * Starts an invocation. Called on the engine's core thread, so it returns at once and never runs
   * user code on the calling thread.
   *
   * @return completes when the function is no longer running, also after a timeout: the slot is
   *     taken until then. It completes with a result rather than exceptionally; an exception is
   *     treated as {@link InvocationResult.Failed}. May complete on any thread.
   */
  CompletionStage<InvocationResult> invoke(Invocation invocation);

  /**
   * How many events one invocation takes at most, 1 or more: batches are no larger, whatever the
   * connector's file says. Constant; may be called from any thread.
   */
  default int maxEvents() {
    return Integer.MAX_VALUE;
  }

  /** Frees the function and its threads; bounded in time. Nothing is running by then, or it is stuck. */
  @Override
  void close();
}
