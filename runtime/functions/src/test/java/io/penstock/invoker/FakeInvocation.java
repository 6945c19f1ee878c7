package io.penstock.invoker;

import io.penstock.connector.Invocation;
import io.penstock.functions.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An invocation that a test cancels by hand. */
public final class FakeInvocation implements Invocation {

  private final List<Event> events;
  private final List<Runnable> actions = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private volatile boolean cancelled;

  private FakeInvocation(List<Event> events) {
    this.events = List.copyOf(events);
  }

  /** With these events. */
  public static FakeInvocation of(Event... events) {
    return new FakeInvocation(List.of(events));
  }

  /** With these events. */
  public static FakeInvocation of(List<Event> events) {
    return new FakeInvocation(events);
  }

  /** One event a payload, with ids e0, e1 and so on. */
  public static FakeInvocation texts(String... payloads) {
    List<Event> events = new ArrayList<>();
    for (String payload : payloads) {
      events.add(event("e" + events.size(), payload));
    }
    return new FakeInvocation(events);
  }

  /** An event with this id and payload. */
  public static Event event(String id, String payload) {
    return Event.builder()
        .id(id)
        .source("test://orders")
        .type("order")
        .subject("s-" + id)
        .time(Instant.EPOCH)
        .extension("partition", "3")
        .text(payload)
        .build();
  }

  /** Cancels it as the engine does: the flag first, then the actions, on this thread. */
  public void cancel() {
    List<Runnable> toRun;
    synchronized (this) {
      cancelled = true;
      toRun = List.copyOf(actions);
      actions.clear();
    }
    toRun.forEach(Runnable::run);
  }

  synchronized List<String> progress() {
    return List.copyOf(progress);
  }

  @Override
  public String function() {
    return "orders";
  }

  @Override
  public String account() {
    return "acme";
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public int attempt() {
    return 2;
  }

  @Override
  public Instant deadline() {
    return Instant.EPOCH.plusSeconds(9);
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofSeconds(9);
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public synchronized void progress(double fraction, String note) {
    progress.add(fraction + " " + note);
  }
}
