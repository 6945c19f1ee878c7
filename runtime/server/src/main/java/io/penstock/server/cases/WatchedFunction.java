package io.penstock.server.cases;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function whose calls are counted, and whose answers are handed on when the stepper asks for them,
 * in the order of the calls: so threads of the function don't change what happens. All methods belong
 * to the stepper's thread; answers come on any.
 */
final class WatchedFunction implements FunctionInvoker {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFunction.class);

  private final FunctionInvoker real;
  private final Map<String, Integer> callsByEvent = new HashMap<>();
  private final List<Call> open = new ArrayList<>();
  private int calls;

  /**
   * A call that is under way.
   *
   * @param answer what the function gives
   * @param handedOn what the engine waits for
   */
  private record Call(
      Invocation invocation,
      CompletableFuture<InvocationResult> answer,
      CompletableFuture<InvocationResult> handedOn) {

    boolean isWanted() {
      return !invocation.isCancelled();
    }
  }

  WatchedFunction(FunctionInvoker real) {
    this.real = real;
  }

  /** How often it was called. */
  int calls() {
    return calls;
  }

  /** How many calls held this event. */
  int calls(String event) {
    return callsByEvent.getOrDefault(event, 0);
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    calls++;
    for (Event event : invocation.events()) {
      callsByEvent.merge(event.id(), 1, Integer::sum);
    }
    CompletableFuture<InvocationResult> answer = real.invoke(invocation).toCompletableFuture();
    Call call = new Call(invocation, answer, new CompletableFuture<>());
    open.add(call);
    return call.handedOn();
  }

  /** Whether a call is under way whose answer is still wanted. */
  boolean isBusy() {
    return open.stream().anyMatch(Call::isWanted);
  }

  /**
   * Waits, in real time, for all answers that are still wanted.
   *
   * @return whether they came
   */
  boolean await(Duration most) throws InterruptedException {
    CompletableFuture<?>[] wanted =
        open.stream().filter(Call::isWanted).map(Call::answer).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(wanted).get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      LOG.debug("a call broke", e); // which the engine is told when its answer is handed on
    }
    return true;
  }

  /** Hands on the answers that have come, in the order of their calls; whether there were any. */
  boolean handOn() {
    List<Call> answered = open.stream().filter(call -> call.answer().isDone()).toList();
    open.removeAll(answered);
    for (Call call : answered) {
      call.answer()
          .whenComplete(
              (result, error) -> {
                if (error == null) {
                  call.handedOn().complete(result);
                } else {
                  call.handedOn().completeExceptionally(error);
                }
              });
    }
    return !answered.isEmpty();
  }

  /** The least time that a call has left whose answer is still wanted. */
  Duration timeLeft() {
    return open.stream()
        .filter(Call::isWanted)
        .map(call -> call.invocation().timeLeft())
        .min(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    real.close();
  }
}
