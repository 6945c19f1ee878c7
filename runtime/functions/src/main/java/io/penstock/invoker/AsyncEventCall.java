package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.Event;
import io.penstock.functions.ThrottledException;
import io.penstock.invoker.PayloadReader.BadInputException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Starts an {@link AsyncEventHandler} for the events of a batch, one after another. */
record AsyncEventCall(AsyncEventHandler<Object, Object> handler, Exchange exchange)
    implements HandlerCall {

  @Override
  public void call(InvocationRun run) {
    Pending pending = new Pending(run, exchange);
    run.onCancel(pending::cancel);
    List<Event> events = run.events();
    EventOutcome skipped = null;
    for (int i = 0; i < events.size(); i++) {
      if (skipped == null && run.isCancelled()) {
        skipped = Failures.CANCELLED;
      }
      if (skipped != null) {
        pending.settle(i, skipped);
        continue;
      }
      try {
        Object input = exchange.reader().read(events.get(i));
        pending.started(i, handler.handle(input, run.context()));
      } catch (BadInputException e) {
        pending.settle(i, Exchange.badInput(e));
      } catch (ThrottledException e) {
        skipped = Exchange.throttled(e);
        pending.settle(i, skipped);
      } catch (Throwable e) { // user code, which may throw anything; errors are logged
        pending.settle(i, exchange.failed(e, run));
      }
    }
  }

  /** The events of one batch whose stages are not done. Thread-safe. */
  private static final class Pending {

    private final InvocationRun run;
    private final Exchange exchange;
    private final AtomicReferenceArray<@Nullable CompletionStage<?>> stages;
    private final AtomicReferenceArray<@Nullable EventOutcome> outcomes;
    private final AtomicInteger open;

    Pending(InvocationRun run, Exchange exchange) {
      int size = run.events().size();
      this.run = run;
      this.exchange = exchange;
      this.stages = new AtomicReferenceArray<>(size);
      this.outcomes = new AtomicReferenceArray<>(size);
      this.open = new AtomicInteger(size);
    }

    void started(int index, @Nullable CompletionStage<Object> stage) {
      if (stage == null) {
        settle(
            index,
            new EventOutcome.Retry(
                Duration.ZERO,
                Failures.FUNCTION_ERROR,
                "the function returned null instead of a stage"));
        return;
      }
      stages.set(index, stage);
      Event event = run.events().get(index);
      var unused =
          stage.whenComplete(
              (returned, thrown) ->
                  settle(
                      index,
                      thrown == null
                          ? exchange.outcome(returned, event, run)
                          : exchange.failed(thrown, run)));
      if (run.isCancelled()) {
        Exchange.cancel(stage); // cancel() may have come by before the stage was there
      }
    }

    /** The first outcome of an event counts: a stage of foreign make may complete twice. */
    void settle(int index, EventOutcome outcome) {
      if (outcomes.compareAndSet(index, null, outcome) && open.decrementAndGet() == 0) {
        run.finish(result());
      }
    }

    private InvocationResult result() {
      Outcomes all = new Outcomes(outcomes.length());
      for (int i = 0; i < outcomes.length(); i++) {
        EventOutcome outcome = outcomes.get(i);
        if (outcome != null) {
          all.set(i, outcome);
        }
      }
      return all.result();
    }

    void cancel() {
      for (int i = 0; i < stages.length(); i++) {
        CompletionStage<?> stage = stages.get(i);
        if (stage != null && outcomes.get(i) == null) {
          Exchange.cancel(stage);
        }
      }
    }
  }
}
