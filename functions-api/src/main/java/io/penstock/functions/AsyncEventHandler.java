package io.penstock.functions;

import java.util.concurrent.CompletionStage;

/**
 * Handles one event at a time without blocking. The rules of {@link EventHandler} hold, with these
 * differences: the method must return at once, and what the stage completes with is the result or
 * the failure. A stage that never completes holds its slot until the deadline; then it is cancelled.
 * Events of one batch are started one after another in order, without waiting in between.
 */
@FunctionalInterface
public interface AsyncEventHandler<I, O> {

  /** Starts to handle one event. Throwing is the same as a stage that fails. */
  CompletionStage<O> handle(I input, Context context) throws Exception;
}
