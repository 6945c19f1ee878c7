package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import io.penstock.functions.ThrottledException;
import io.penstock.invoker.PayloadReader.BadInputException;
import java.util.List;

/** Calls an {@link EventHandler} with the events of a batch, one after another. */
record EventCall(EventHandler<Object, Object> handler, Exchange exchange) implements HandlerCall {

  @Override
  public void call(InvocationRun run) {
    run.finish(handleAll(run));
  }

  private InvocationResult handleAll(InvocationRun run) {
    List<Event> events = run.events();
    Context context = run.context();
    Thread thread = Thread.currentThread();
    Outcomes outcomes = new Outcomes(events.size());
    for (int i = 0; i < events.size(); i++) {
      if (run.isCancelled()) {
        outcomes.setFrom(i, Failures.CANCELLED);
        break;
      }
      EventOutcome outcome = handle(events.get(i), context, run);
      if (outcome instanceof EventOutcome.Throttled throttled) {
        if (i == 0) {
          return new InvocationResult.Throttled(throttled.after(), throttled.text());
        }
        outcomes.setFrom(i, throttled);
        break;
      }
      outcomes.set(i, outcome);
      if (thread.isInterrupted()) {
        run.forgetInterrupt();
      }
    }
    return outcomes.result();
  }

  private EventOutcome handle(Event event, Context context, InvocationRun run) {
    Object returned;
    try {
      returned = handler.handle(exchange.reader().read(event), context);
    } catch (BadInputException e) {
      return Exchange.badInput(e);
    } catch (ThrottledException e) {
      return Exchange.throttled(e);
    } catch (Throwable e) { // user code, which may throw anything; errors are logged
      return exchange.failed(e, run);
    }
    return returned == null ? EventOutcome.Done.EMPTY : exchange.outcome(returned, event, run);
  }
}
