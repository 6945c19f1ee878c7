package io.penstock.invoker.http;

import io.penstock.connector.DecodeException;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import io.penstock.httpclient.HttpResult;
import io.penstock.httpclient.cloudevents.EventDecoder;
import io.penstock.httpclient.cloudevents.EventDecoder.Content;
import io.penstock.httpclient.cloudevents.EventMode;
import io.penstock.invoker.ResultEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an answer 2xx says of the events it answers. Thread-safe.
 *
 * <table>
 *   <caption>Answers</caption>
 *   <tr><th>answer</th><th>to one event</th><th>to a batch</th></tr>
 *   <tr><td>no body, or the JSON value null</td><td>handled, no result</td><td>all handled</td></tr>
 *   <tr><td>a CloudEvent, or a batch of them</td><td>its results</td><td>results of the events whose
 *       ids they have; the others are handled without one</td></tr>
 *   <tr><td>a JSON object with batchItemFailures</td><td colspan="2">those that are listed have failed,
 *       the others are handled without a result</td></tr>
 *   <tr><td>anything else</td><td>its one result</td><td>a failure: it isn't known whose result it
 *       is</td></tr>
 * </table>
 */
final class AnswerReader {

  private static final String BAD_RESULT = "BAD_RESULT";
  private static final String BAD_OUTCOME = "BAD_OUTCOME";

  private static final EventOutcome LISTED =
      new EventOutcome.Retry(
          Duration.ZERO, "FUNCTION_RETRY", "the function listed it in batchItemFailures");

  private final EventMode mode;
  private final ResultEvents results;

  AnswerReader(EventMode mode, ResultEvents results) {
    this.mode = mode;
    this.results = results;
  }

  /** The result of an invocation whose answer makes no sense. */
  static InvocationResult unreadable(String what) {
    return new InvocationResult.Failed(BAD_RESULT, "the function answered with " + what);
  }

  /**
   * Reads an answer.
   *
   * @throws DecodeException if it claims to be something that it is not
   */
  InvocationResult read(List<Event> events, HttpResult.Accepted answer) {
    Content content = EventDecoder.decode(answer.headers(), answer.body());
    if (content instanceof Content.One one) {
      return made(events, List.of(one.event()));
    }
    if (content instanceof Content.Batch batch) {
      return made(events, batch.events());
    }
    return content instanceof Content.Data data
        ? data(events, data)
        : InvocationResult.AllDone.INSTANCE;
  }

  private InvocationResult data(List<Event> events, Content.Data data) {
    if (data.isJson()) {
      ItemFailures listed = ItemFailures.read(data.bytes());
      if (listed instanceof ItemFailures.NoValue) {
        return InvocationResult.AllDone.INSTANCE;
      }
      if (listed instanceof ItemFailures.Listed failures) {
        return failed(events, failures.ids());
      }
    }
    if (mode.takesMany()) {
      return unreadable(
          "data of which it isn't known to which event of the batch it belongs. Let it answer with"
              + " CloudEvents that have the ids of the events, with batchItemFailures, or with no"
              + " body; or set answer to ignore");
    }
    Event result = results.of(events.get(0), Optional.ofNullable(data.contentType()), data.bytes());
    return new InvocationResult.InOrder(List.of(new EventOutcome.Done(List.of(result))));
  }

  private InvocationResult made(List<Event> events, List<Event> made) {
    if (made.isEmpty()) {
      return InvocationResult.AllDone.INSTANCE;
    }
    if (!mode.takesMany()) {
      return new InvocationResult.InOrder(List.of(new EventOutcome.Done(made)));
    }
    Map<String, List<Event>> byId = new HashMap<>();
    made.forEach(result -> byId.computeIfAbsent(result.id(), id -> new ArrayList<>()).add(result));
    List<EventOutcome> outcomes = new ArrayList<>(events.size());
    for (Event event : events) {
      List<Event> own = byId.remove(event.id());
      outcomes.add(own == null ? EventOutcome.Done.EMPTY : new EventOutcome.Done(own));
    }
    return byId.isEmpty()
        ? new InvocationResult.InOrder(outcomes)
        : unreadable("results with ids that no event of the batch has: " + some(byId.keySet()));
  }

  private static InvocationResult failed(List<Event> events, List<String> listed) {
    Set<String> ids = Set.copyOf(listed);
    Set<String> unknown = new HashSet<>(ids);
    List<EventOutcome> outcomes = new ArrayList<>(events.size());
    for (Event event : events) {
      unknown.remove(event.id());
      outcomes.add(ids.contains(event.id()) ? LISTED : EventOutcome.Done.EMPTY);
    }
    if (!unknown.isEmpty()) {
      return new InvocationResult.Failed(
          BAD_OUTCOME,
          "the function lists in batchItemFailures what no event of the batch is called: "
              + some(unknown));
    }
    return ids.isEmpty()
        ? InvocationResult.AllDone.INSTANCE
        : new InvocationResult.InOrder(outcomes);
  }

  private static String some(Set<String> ids) {
    return ids.size() + " ids, such as " + ids.stream().sorted().limit(3).toList();
  }
}
