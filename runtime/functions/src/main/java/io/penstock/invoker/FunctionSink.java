package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls a function with each event, and takes what becomes of the event for the delivery's outcome. */
final class FunctionSink implements Sink {

  /** Counts how many sinks have handed an event on, one function after the other. */
  private static final String HOPS = "penstockhops";

  private final Function<String, FunctionInvoker> make;
  private final Duration timeout;
  private final long maxHops;
  private @Nullable FunctionInvoker function;

  FunctionSink(Function<String, FunctionInvoker> make, Duration timeout, long maxHops) {
    this.make = make;
    this.timeout = timeout;
    this.maxHops = maxHops;
  }

  @Override
  public Ordering ordering() {
    return Ordering.NONE;
  }

  @Override
  public void open(SinkContext context) {
    function = make.apply(context.connector());
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    FunctionInvoker open = function;
    if (open == null) {
      throw new IllegalStateException("the sink is not open");
    }
    List<CompletableFuture<SinkOutcome>> outcomes = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      outcomes.add(deliver(record, open));
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(done -> outcomes.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<SinkOutcome> deliver(SinkRecord record, FunctionInvoker open) {
    Event cause = record.cause();
    int hops = Math.max(cause == null ? 0 : hops(cause), hops(record.event())) + 1;
    if (hops > maxHops) {
      return CompletableFuture.completedFuture(
          new SinkOutcome.Reject(
              maxHops + " sinks have handed this on already: it goes in a circle (maxHops)"));
    }
    Call call = new Call(counted(record.event(), hops), Instant.now().plus(timeout));
    return open.invoke(call)
        .thenApply(FunctionSink::outcome)
        .toCompletableFuture()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> failed(call, failure));
  }

  private SinkOutcome failed(Call call, Throwable failure) {
    call.cancel();
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new SinkOutcome.Retry(
        Duration.ZERO,
        cause instanceof TimeoutException
            ? "the function did not answer within " + timeout.toMillis() + " ms"
            : "the call failed: " + cause);
  }

  private static int hops(Event event) {
    try {
      return Math.max(0, Integer.parseInt(event.extensions().getOrDefault(HOPS, "0")));
    } catch (NumberFormatException e) {
      return 0; // somebody else's word
    }
  }

  private static Event counted(Event event, int hops) {
    EventBuilder counted =
        Event.builder().id(event.id()).source(event.source()).type(event.type()).data(event.data());
    event.subject().ifPresent(counted::subject);
    event.time().ifPresent(counted::time);
    event.dataContentType().ifPresent(counted::dataContentType);
    event.extensions().forEach(counted::extension);
    return counted.extension(HOPS, String.valueOf(hops)).build();
  }

  private static SinkOutcome outcome(InvocationResult result) {
    if (result instanceof InvocationResult.Throttled throttled) {
      return new SinkOutcome.Throttled(throttled.retryAfter(), throttled.text());
    }
    if (result instanceof InvocationResult.Failed failed) {
      return new SinkOutcome.Retry(Duration.ZERO, failed.code() + ": " + failed.text());
    }
    if (result instanceof InvocationResult.InOrder inOrder && inOrder.outcomes().size() == 1) {
      return outcome(inOrder.outcomes().get(0));
    }
    if (result instanceof InvocationResult.ById byId && byId.outcomes().size() == 1) {
      return outcome(byId.outcomes().values().iterator().next());
    }
    return result instanceof InvocationResult.AllDone
        ? SinkOutcome.Delivered.INSTANCE
        : new SinkOutcome.Retry(Duration.ZERO, "the function answered for other events");
  }

  private static SinkOutcome outcome(EventOutcome outcome) {
    if (outcome instanceof EventOutcome.Retry retry) {
      return new SinkOutcome.Retry(retry.after(), retry.code() + ": " + retry.text());
    }
    if (outcome instanceof EventOutcome.Throttled throttled) {
      return new SinkOutcome.Throttled(throttled.after(), throttled.text());
    }
    return outcome instanceof EventOutcome.Reject reject
        ? new SinkOutcome.Reject(reject.code() + ": " + reject.text())
        : SinkOutcome.Delivered.INSTANCE;
  }

  @Override
  public void close() {
    FunctionInvoker open = function;
    function = null;
    if (open != null) {
      open.close();
    }
  }

  /** One call with one event. */
  private static final class Call implements Invocation {

    private final List<Event> events;
    private final Instant deadline;
    private final List<Runnable> onCancel = new ArrayList<>();
    private boolean cancelled;

    Call(Event event, Instant deadline) {
      this.events = List.of(event);
      this.deadline = deadline;
    }

    void cancel() {
      List<Runnable> actions;
      synchronized (onCancel) {
        if (cancelled) {
          return;
        }
        cancelled = true;
        actions = List.copyOf(onCancel);
      }
      actions.forEach(Runnable::run);
    }

    @Override
    public String function() {
      return "sink";
    }

    @Override
    public String account() {
      return "default";
    }

    @Override
    public List<Event> events() {
      return events;
    }

    /** The engine counts the attempts of sinks by itself. */
    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public Instant deadline() {
      return deadline;
    }

    @Override
    public Duration timeLeft() {
      Duration left = Duration.between(Instant.now(), deadline);
      return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public boolean isCancelled() {
      synchronized (onCancel) {
        return cancelled;
      }
    }

    @Override
    public void onCancel(Runnable action) {
      synchronized (onCancel) {
        if (!cancelled) {
          onCancel.add(action);
          return;
        }
      }
      action.run();
    }

    @Override
    public void progress(double fraction, String note) {
      // A sink has nobody to tell.
    }
  }
}
