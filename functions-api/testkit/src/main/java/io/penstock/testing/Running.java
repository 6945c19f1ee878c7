package io.penstock.testing;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import io.penstock.testing.Handled.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** An invocation that has begun. Used by the test's thread. */
public final class Running {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestInvocation invocation;
  private final CompletableFuture<InvocationResult> result;
  private boolean late;

  Running(TestInvocation invocation, FunctionInvoker invoker) {
    this.invocation = invocation;
    this.result = invoker.invoke(invocation).toCompletableFuture();
  }

  /** Whether the handler has returned, and its stages are complete. */
  public boolean isDone() {
    return result.isDone();
  }

  /**
   * Cancels it before its deadline, as Penstock does when a worker stops. Whatever the handler
   * makes of that counts.
   */
  public Running cancel() {
    invocation.cancel();
    return this;
  }

  void checkDeadline() {
    if (!isDone() && invocation.timeLeft().isZero()) {
      late = true;
      invocation.cancel();
    }
  }

  /** What the handler told of its progress up to now, as {@code 50% half of the pages}. */
  public List<String> progress() {
    return invocation.progressNotes();
  }

  /**
   * Waits for the end of the invocation.
   *
   * @return what became of its events, in their order. If the deadline passed while it ran,
   *     whatever the handler returned is of no use any more: each is to be tried again
   * @throws AssertionError if the handler does not end within 20 s
   */
  public List<Handled> handled() {
    try {
      InvocationResult ended = result.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return late
          ? all(Kind.RETRY, "TIMEOUT", "cancelled at its deadline", Duration.ZERO)
          : read(ended);
    } catch (TimeoutException e) {
      throw new AssertionError(
          "the handler has not ended within " + PATIENCE.toSeconds() + " s of real time", e);
    } catch (ExecutionException e) {
      throw new AssertionError("the invocation broke", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the handler", e);
    }
  }

  private List<Handled> read(InvocationResult ended) {
    if (ended instanceof InvocationResult.Throttled throttled) {
      return all(Kind.THROTTLED, "", throttled.text(), throttled.retryAfter());
    }
    if (ended instanceof InvocationResult.Failed failed) {
      return all(Kind.RETRY, failed.code(), failed.text(), Duration.ZERO);
    }
    List<Event> events = invocation.events();
    List<EventOutcome> outcomes =
        ended instanceof InvocationResult.InOrder inOrder
            ? inOrder.outcomes()
            : Collections.nCopies(events.size(), EventOutcome.Done.EMPTY);
    return IntStream.range(0, events.size())
        .mapToObj(i -> handled(events.get(i), outcomes.get(i)))
        .toList();
  }

  private List<Handled> all(Kind kind, String code, String text, Duration delay) {
    return invocation.events().stream()
        .map(event -> new Handled(event, kind, List.of(), code, text, delay))
        .toList();
  }

  private static Handled handled(Event event, EventOutcome outcome) {
    if (outcome instanceof EventOutcome.Done done) {
      return new Handled(event, Kind.DONE, done.results(), "", "", Duration.ZERO);
    }
    if (outcome instanceof EventOutcome.Retry retry) {
      return new Handled(event, Kind.RETRY, List.of(), retry.code(), retry.text(), retry.after());
    }
    if (outcome instanceof EventOutcome.Throttled throttled) {
      return new Handled(event, Kind.THROTTLED, List.of(), "", throttled.text(), throttled.after());
    }
    EventOutcome.Reject reject = (EventOutcome.Reject) outcome;
    return new Handled(event, Kind.REJECT, List.of(), reject.code(), reject.text(), Duration.ZERO);
  }
}
