package io.penstock.sink.webhook;

import io.penstock.connector.SinkOutcome;
import io.penstock.functions.Event;
import io.penstock.httpclient.HttpCall;
import io.penstock.httpclient.HttpResult;
import io.penstock.httpclient.HttpResult.Fault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One call of the sink under way, request by request. What an answer means:
 *
 * <ul>
 *   <li>2xx: delivered.
 *   <li>429, and 503 with Retry-After: the receiver is overloaded.
 *   <li>408, 425, other 5xx, no answer or half of one: to be tried again.
 *   <li>Any other 4xx, a redirect that isn't followed, an address that is forbidden: refused for
 *       good. A request with several events is halved first, until those that are refused are
 *       alone, unless it is the endpoint that is wrong rather than what was sent.
 * </ul>
 *
 * After a failure that may pass, the rest of the call isn't tried: it would wait for the same
 * receiver. Used by one thread at a time: each request begins when the one before has ended.
 */
final class Delivering {

  private final List<Event> events;
  private final Function<List<Event>, HttpCall> sender;
  private final Deque<Span> left = new ArrayDeque<>(1);
  private final SinkOutcome[] outcomes;
  private final CompletableFuture<List<SinkOutcome>> answer = new CompletableFuture<>();

  /** Events of one request, by their places in the call. */
  private record Span(int from, int to) {
    int size() {
      return to - from;
    }
  }

  Delivering(List<Event> events, int maxEvents, Function<List<Event>, HttpCall> sender) {
    this.events = events;
    this.sender = sender;
    this.outcomes = new SinkOutcome[events.size()];
    Arrays.fill(outcomes, SinkOutcome.NotTried.INSTANCE);
    for (int from = 0; from < events.size(); from += maxEvents) {
      left.add(new Span(from, Math.min(events.size(), from + maxEvents)));
    }
  }

  CompletionStage<List<SinkOutcome>> start() {
    next();
    return answer;
  }

  private void next() {
    Span span = left.poll();
    if (span == null) {
      answer.complete(Collections.unmodifiableList(new ArrayList<>(Arrays.asList(outcomes))));
      return;
    }
    var unused =
        sender
            .apply(events.subList(span.from(), span.to()))
            .result()
            .thenAccept(result -> ended(span, result));
  }

  private void ended(Span span, HttpResult result) {
    if (result instanceof HttpResult.Refused refused
        && refused.fault() == Fault.CONTENT
        && span.size() > 1) {
      int middle = span.from() + span.size() / 2;
      left.addFirst(new Span(middle, span.to()));
      left.addFirst(new Span(span.from(), middle));
    } else {
      SinkOutcome outcome = outcome(result);
      Arrays.fill(outcomes, span.from(), span.to(), outcome);
      if (outcome instanceof SinkOutcome.Retry || outcome instanceof SinkOutcome.Throttled) {
        left.clear();
      }
    }
    next();
  }

  private static SinkOutcome outcome(HttpResult result) {
    if (result instanceof HttpResult.Accepted) {
      return SinkOutcome.Delivered.INSTANCE;
    }
    if (result instanceof HttpResult.Overloaded overloaded) {
      // A 503 that says nothing of later may be for ever, and has to count as an attempt.
      return overloaded.status() == 503 && overloaded.retryAfter().isEmpty()
          ? new SinkOutcome.Retry(Duration.ZERO, overloaded.text())
          : new SinkOutcome.Throttled(
              overloaded.retryAfter().orElse(Duration.ZERO), overloaded.text());
    }
    return result instanceof HttpResult.Failed failed
        ? new SinkOutcome.Retry(Duration.ZERO, failed.text())
        : new SinkOutcome.Reject(((HttpResult.Refused) result).text());
  }
}
