package io.penstock.server.cases;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A function that answers what its case says. One thread. */
final class ScriptedFunction implements FunctionInvoker {

  /** The answers to every event that has none of its own. */
  static final String ANY = "*";

  private static final Answer NOTHING =
      new Answer.OfEvent(new EventOutcome.Reject("FUNCTION_REJECT", "the case has no answer"));

  private final Map<String, List<Answer>> answers;
  private final Map<String, Integer> asked = new HashMap<>();
  private final Set<String> unanswered = new TreeSet<>();

  /**
   * @param answers by event id: one after the other, the last one for all further calls. One that is
   *     about the whole call leaves those of the other events for the next
   */
  ScriptedFunction(Map<String, List<Answer>> answers) {
    this.answers = answers;
  }

  /** The ids of events that the case has no answer for. */
  Set<String> unanswered() {
    return unanswered;
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    List<Event> events = invocation.events();
    if (take(events, Answer.Hang.class).isPresent()) {
      CompletableFuture<InvocationResult> late = new CompletableFuture<>();
      invocation.onCancel(
          () -> late.complete(new InvocationResult.Throttled(Duration.ZERO, "came too late")));
      return late;
    }
    Optional<Answer.OfCall> whole = take(events, Answer.OfCall.class);
    if (whole.isPresent()) {
      return CompletableFuture.completedFuture(whole.get().result());
    }
    List<EventOutcome> outcomes = new ArrayList<>();
    for (Event event : events) {
      take(List.of(event), Answer.OfEvent.class).ifPresent(one -> outcomes.add(one.outcome()));
    }
    return CompletableFuture.completedFuture(new InvocationResult.InOrder(outcomes));
  }

  /** Takes the next answers of this kind; what the other events would get is kept for later. */
  private <T extends Answer> Optional<T> take(List<Event> events, Class<T> kind) {
    T taken = null;
    for (Event event : events) {
      Answer answer = next(event.id());
      if (kind.isInstance(answer)) {
        taken = kind.cast(answer);
        asked.merge(event.id(), 1, Integer::sum);
      }
    }
    return Optional.ofNullable(taken);
  }

  private Answer next(String id) {
    List<Answer> own = answers.getOrDefault(id, answers.getOrDefault(ANY, List.of()));
    if (own.isEmpty()) {
      unanswered.add(id);
      return NOTHING;
    }
    return own.get(Math.min(asked.getOrDefault(id, 0), own.size() - 1));
  }

  @Override
  public void close() {
    // Nothing to free.
  }
}
