package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Event;
import io.penstock.functions.Outcome;
import io.penstock.invoker.PayloadReader.BadInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way through a batch handler: events whose payload can't be read are left out of what
 * the handler gets, and rejected.
 */
final class BatchBinding {

  private final InvocationRun run;
  private final Exchange exchange;
  private final List<Event> events;
  private final List<BatchItem<Object>> items;
  private final EventOutcome @Nullable [] rejected;

  private BatchBinding(
      InvocationRun run,
      Exchange exchange,
      List<BatchItem<Object>> items,
      EventOutcome @Nullable [] rejected) {
    this.run = run;
    this.exchange = exchange;
    this.events = run.events();
    this.items = Collections.unmodifiableList(items);
    this.rejected = rejected;
  }

  static BatchBinding of(InvocationRun run, Exchange exchange) {
    List<Event> events = run.events();
    List<BatchItem<Object>> items = new ArrayList<>(events.size());
    EventOutcome[] rejected = null;
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      EventOutcome problem;
      try {
        items.add(new BatchItem<>(event, exchange.reader().read(event)));
        continue;
      } catch (BadInputException e) {
        problem = Exchange.badInput(e);
      } catch (Throwable e) { // code of the input's class, which may throw anything
        problem = exchange.failed(e, run);
      }
      if (rejected == null) {
        rejected = new EventOutcome[events.size()];
      }
      rejected[i] = problem;
    }
    return new BatchBinding(run, exchange, items, rejected);
  }

  /** What the handler gets; empty if no payload could be read. */
  List<BatchItem<Object>> items() {
    return items;
  }

  /** The result of the batch for what the handler returned. */
  InvocationResult result(@Nullable BatchOutcome returned) {
    if (returned == null) {
      return failed("the function returned null instead of a batch outcome");
    }
    if (!returned.isAllDone()) {
      Set<String> ids = new HashSet<>();
      items.forEach(item -> ids.add(item.event().id()));
      for (String id : returned.outcomes().keySet()) {
        if (!ids.contains(id)) {
          return failed("the batch outcome names event '" + id + "', which is not in the batch");
        }
      }
      for (String id : ids) {
        if (!returned.outcomes().containsKey(id)) {
          return failed("the batch outcome lacks event '" + id + "'");
        }
      }
    }
    Outcomes outcomes = new Outcomes(events.size());
    for (int i = 0; i < events.size(); i++) {
      if (rejected != null && rejected[i] != null) {
        outcomes.set(i, rejected[i]);
      } else if (!returned.isAllDone()) {
        Event event = events.get(i);
        Outcome outcome = returned.outcomes().get(event.id());
        outcomes.set(i, exchange.outcome(outcome, event, run));
      }
    }
    return outcomes.result();
  }

  private static InvocationResult failed(String text) {
    return new InvocationResult.Failed(Failures.BAD_RESULT, Failures.bounded(text));
  }
}
