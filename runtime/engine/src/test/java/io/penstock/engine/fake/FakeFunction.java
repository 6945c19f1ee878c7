package io.penstock.engine.fake;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A function that is done at once with everything, until a test says otherwise. Thread-safe. */
public final class FakeFunction implements FunctionInvoker {

  /** One invocation and its answer. */
  public record Call(Invocation invocation, CompletableFuture<InvocationResult> answer) {

    /** The ids of its events. */
    public List<String> ids() {
      return invocation.events().stream().map(Event::id).toList();
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private volatile Function<Call, CompletionStage<InvocationResult>> how =
      call -> CompletableFuture.completedFuture(InvocationResult.AllDone.INSTANCE);
  private volatile Runnable onClose = () -> {};
  private volatile int maxEvents = Integer.MAX_VALUE;
  private int closed;

  /** Takes no more events an invocation. To be said before it is added to an engine. */
  public void maxEvents(int most) {
    maxEvents = most;
  }

  /** What it does from now on. */
  public void does(Function<Call, CompletionStage<InvocationResult>> what) {
    how = what;
  }

  /** What it answers from now on, at once. */
  public void answers(Function<Call, InvocationResult> what) {
    how = call -> CompletableFuture.completedFuture(what.apply(call));
  }

  /** From now on it answers when the test completes the call's answer. */
  public void waits() {
    how = Call::answer;
  }

  /** Runs at close; may throw. */
  public void onClose(Runnable action) {
    onClose = action;
  }

  /** All invocations, in order. */
  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Invocation number {@code index}. */
  public synchronized Call call(int index) {
    return calls.get(index);
  }

  /** The ids of the events of each invocation. */
  public List<List<String>> ids() {
    return calls().stream().map(Call::ids).toList();
  }

  /** How often it was closed. */
  public synchronized int closed() {
    return closed;
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    Call call = new Call(invocation, new CompletableFuture<>());
    synchronized (this) {
      calls.add(call);
    }
    return how.apply(call);
  }

  @Override
  public int maxEvents() {
    return maxEvents;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed++;
    }
    onClose.run();
  }
}
