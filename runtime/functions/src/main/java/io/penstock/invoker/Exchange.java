package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import io.penstock.functions.ThrottledException;
import io.penstock.invoker.PayloadReader.BadInputException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What goes in and out of a handler, and what its failures mean: the part that all kinds of handlers
 * share. Thread-safe.
 */
record Exchange(PayloadReader reader, ResultWriter writer, Failures failures) {

  private static final String OVERLOADED = "the function is overloaded";

  /** The outcome of an event whose payload can't be read. */
  static EventOutcome badInput(BadInputException e) {
    return new EventOutcome.Reject(
        Failures.BAD_INPUT, Failures.orElse(e.getMessage(), "unreadable"));
  }

  static EventOutcome.Throttled throttled(ThrottledException e) {
    return new EventOutcome.Throttled(e.retryAfter(), Failures.orElse(e.getMessage(), OVERLOADED));
  }

  /** The outcome of an event for what the handler returned for it. */
  EventOutcome outcome(@Nullable Object returned, Event cause, InvocationRun run) {
    try {
      return writer.outcome(returned, cause);
    } catch (Throwable e) { // the result's own code, which may throw anything
      return failed(e, run);
    }
  }

  /** The outcome of an event for what was thrown while it was handled, or its stage failed with. */
  EventOutcome failed(Throwable thrown, InvocationRun run) {
    Throwable cause = Failures.unwrapped(thrown);
    if (cause instanceof ThrottledException throttled) {
      return throttled(throttled);
    }
    if (isEndedByCancel(cause, run)) {
      return Failures.CANCELLED;
    }
    return new EventOutcome.Retry(Duration.ZERO, Failures.FUNCTION_ERROR, failures.report(cause));
  }

  /** The result of a batch for what was thrown by a batch handler, or its stage failed with. */
  InvocationResult batchFailed(Throwable thrown, InvocationRun run) {
    Throwable cause = Failures.unwrapped(thrown);
    if (cause instanceof ThrottledException throttled) {
      EventOutcome.Throttled outcome = throttled(throttled);
      return new InvocationResult.Throttled(outcome.after(), outcome.text());
    }
    if (isEndedByCancel(cause, run)) {
      return new InvocationResult.Failed(
          Failures.TIMEOUT, "the invocation was cancelled while the batch was handled");
    }
    return new InvocationResult.Failed(Failures.FUNCTION_ERROR, failures.report(cause));
  }

  private static boolean isEndedByCancel(Throwable cause, InvocationRun run) {
    return run.isCancelled()
        && (cause instanceof InterruptedException || cause instanceof CancellationException);
  }

  /** Cancels what the handler works on in the background, as far as its stage can be cancelled. */
  static void cancel(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().cancel(true);
    } catch (UnsupportedOperationException e) {
      return; // this kind of stage can't be cancelled: it is waited for
    }
  }
}
