package io.penstock.invoker.http;

import io.penstock.connector.DecodeException;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import io.penstock.httpclient.HttpCall;
import io.penstock.httpclient.HttpCaller;
import io.penstock.httpclient.HttpResult;
import io.penstock.httpclient.HttpResult.Cause;
import io.penstock.httpclient.HttpResult.Fault;
import io.penstock.httpclient.cloudevents.EventEncoder;
import io.penstock.httpclient.cloudevents.EventMode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Calls an endpoint. A timeout or a stop breaks the request off, so that its slot is free at once; the
 * function behind the endpoint may go on.
 *
 * <p>What ends in what:
 *
 * <ul>
 *   <li>429 and 503 are throttles.
 *   <li>A server that can't be reached tells nothing about the events: each is tried again, the batch
 *       is not halved.
 *   <li>408, 425, other 5xx, an answer that breaks off or can't be understood: the batch failed, and is
 *       halved until the event that fails is alone.
 *   <li>Other 4xx refuse an event for good. A batch is halved first, unless it is the endpoint that is
 *       wrong (401, 403, 404, 405, 410 and the like) rather than what was sent.
 * </ul>
 */
final class HttpFunctionInvoker implements FunctionInvoker {

  /** The engine ends a call in time, and knows then that it was a timeout; this is for its defects. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final HttpCaller caller;
  private final EventMode mode;
  private final AnswerReader answers;

  HttpFunctionInvoker(HttpCaller caller, EventMode mode, AnswerReader answers) {
    this.caller = caller;
    this.mode = mode;
    this.answers = answers;
  }

  @Override
  public int maxEvents() {
    return mode.takesMany() ? Integer.MAX_VALUE : 1;
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    List<Event> events = invocation.events();
    HttpCall call =
        caller.send(() -> EventEncoder.encode(mode, events), invocation.timeLeft().plus(GRACE));
    invocation.onCancel(call::cancel);
    return call.result().thenApply(result -> outcome(events, result));
  }

  private InvocationResult outcome(List<Event> events, HttpResult result) {
    if (result instanceof HttpResult.Accepted accepted) {
      try {
        return answers.read(events, accepted);
      } catch (DecodeException e) {
        return AnswerReader.unreadable(e.getMessage());
      }
    }
    if (result instanceof HttpResult.Overloaded overloaded) {
      return new InvocationResult.Throttled(
          overloaded.retryAfter().orElse(Duration.ZERO), overloaded.text());
    }
    if (result instanceof HttpResult.Failed failed) {
      return failed.cause() == Cause.CONNECTION
          ? all(events, new EventOutcome.Retry(Duration.ZERO, failed.code(), failed.text()))
          : new InvocationResult.Failed(failed.code(), failed.text());
    }
    HttpResult.Refused refused = (HttpResult.Refused) result;
    return refused.fault() == Fault.ENDPOINT || events.size() == 1
        ? all(events, new EventOutcome.Reject(refused.code(), refused.text()))
        : new InvocationResult.Failed(refused.code(), refused.text());
  }

  private static InvocationResult all(List<Event> events, EventOutcome outcome) {
    return new InvocationResult.InOrder(Collections.nCopies(events.size(), outcome));
  }

  @Override
  public void close() {
    caller.close();
  }
}
