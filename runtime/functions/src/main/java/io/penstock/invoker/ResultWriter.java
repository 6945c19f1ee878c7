package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import io.penstock.functions.Outcome;
import io.penstock.invoker.JsonBinding.UnwritableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a handler returns into outcomes with events. Thread-safe.
 *
 * <p>A result that isn't an event takes its attributes from the event that caused it ({@link
 * ResultEvents}). An event that the handler made is sent with the attributes the handler gave it.
 *
 * <p>A result that can't be sent rejects its event ({@link Failures#BAD_RESULT}): the handler has run,
 * and running it again would give the same. What the result's own code throws while it is written
 * counts as a failure of the function.
 */
final class ResultWriter {

  private static final Optional<String> JSON = Optional.of("application/json");
  private static final Optional<String> TEXT = Optional.of("text/plain; charset=utf-8");
  private static final Class<?> BUILT = Event.builder().build().getClass();

  private final ResultEvents events;
  private final JsonBinding json;

  ResultWriter(String function, JsonBinding json) {
    this.events = new ResultEvents(function);
    this.json = json;
  }

  /**
   * The outcome of one event.
   *
   * @param returned what the handler returned; null for no result
   * @throws Exception what the result's own code threw
   */
  EventOutcome outcome(@Nullable Object returned, Event cause) throws Exception {
    if (returned == null) {
      return EventOutcome.Done.EMPTY;
    }
    if (returned instanceof Outcome outcome) {
      return outcome(outcome, cause);
    }
    return done(returned instanceof List<?> several ? several : List.of(returned), cause);
  }

  private EventOutcome outcome(Outcome outcome, Event cause) throws Exception {
    if (outcome.isDone()) {
      return done(outcome.results(), cause);
    }
    String reason = Failures.orElse(outcome.reason().orElse(null), "no reason given");
    if (outcome.isRetry()) {
      Duration delay = outcome.delay().orElse(Duration.ZERO);
      return new EventOutcome.Retry(delay, Failures.FUNCTION_RETRY, reason);
    }
    return new EventOutcome.Reject(Failures.FUNCTION_REJECT, reason);
  }

  private EventOutcome done(List<?> results, Event cause) throws Exception {
    if (results.isEmpty()) {
      return EventOutcome.Done.EMPTY;
    }
    try {
      if (results.size() == 1) {
        return new EventOutcome.Done(List.of(event(results.get(0), cause)));
      }
      List<Event> events = new ArrayList<>(results.size());
      for (Object result : results) {
        events.add(event(result, cause));
      }
      return new EventOutcome.Done(List.copyOf(events));
    } catch (UnwritableException e) {
      return new EventOutcome.Reject(
          Failures.BAD_RESULT, Failures.orElse(e.getMessage(), "a result that can't be sent"));
    }
  }

  private Event event(@Nullable Object result, Event cause) throws Exception {
    if (result instanceof Event event) {
      return event == cause || event.getClass() == BUILT ? event : copy(event);
    }
    if (result instanceof byte[] bytes) {
      return events.of(cause, Optional.empty(), bytes);
    }
    if (result instanceof CharSequence text) {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return events.of(cause, TEXT, bytes);
    }
    if (result == null || result instanceof Outcome || result instanceof CompletionStage) {
      throw new UnwritableException(
          "a result can't be " + (result == null ? "null" : "a " + result.getClass().getName()));
    }
    return events.of(cause, JSON, json.write(result));
  }

  // An event of the handler's own class is read here, while the handler's time runs, and once.
  private static Event copy(Event event) {
    EventBuilder copy =
        Event.builder().id(event.id()).source(event.source()).type(event.type()).data(event.data());
    event.subject().ifPresent(copy::subject);
    event.time().ifPresent(copy::time);
    event.dataContentType().ifPresent(copy::dataContentType);
    event.extensions().forEach(copy::extension);
    return copy.build();
  }
}
