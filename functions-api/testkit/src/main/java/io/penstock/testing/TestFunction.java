package io.penstock.testing;

import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.functions.Event;
import io.penstock.invoker.HandlerFunctions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A handler as Penstock calls it. Used by one thread, the test's; the handler runs on threads of
 * the function, as it does in a worker.
 *
 * <p>To begin with an invocation is attempt 1 and has 30 s, on a clock that the test moves.
 */
public final class TestFunction implements AutoCloseable {

  private static final String NAME = "test";
  private static final int MAX_CONCURRENCY = 64;

  private final FunctionInvoker invoker;
  private final CapturedLog log;
  private final List<Running> runs = new ArrayList<>();
  private TestClock clock = TestClock.create();
  private Duration timeout = Duration.ofSeconds(30);
  private int attempt = 1;
  private int events;

  private TestFunction(FunctionInvoker invoker, CapturedLog log) {
    this.invoker = invoker;
    this.log = log;
    clock.onAdvance(this::checkDeadlines);
  }

  /** As {@link #of(Object, Map)}, without settings. */
  public static TestFunction of(Object handler) {
    return of(handler, Map.of());
  }

  /**
   * A function of a handler that the test has made.
   *
   * @param handler of one of the four kinds; it may belong to a class that Penstock itself could
   *     not make an instance of
   * @param settings that it finds in its context, as a connector gives them
   * @throws io.penstock.connector.ConnectorException if it is no handler, or JSON can't be bound to
   *     what it asks for
   */
  public static TestFunction of(Object handler, Map<String, String> settings) {
    CapturedLog log = new CapturedLog(NAME);
    return new TestFunction(HandlerFunctions.of(context(), handler, log, settings), log);
  }

  /** As {@link #of(Class, Map)}, without settings. */
  public static TestFunction of(Class<?> handler) {
    return of(handler, Map.of());
  }

  /**
   * A function of a handler's class, of which an instance is made as Penstock makes it.
   *
   * @param settings that the handler finds in its context, as a connector gives them
   * @throws io.penstock.connector.ConnectorException if it is no handler, JSON can't be bound to
   *     what it asks for, or no instance can be made; says what to do
   */
  public static TestFunction of(Class<?> handler, Map<String, String> settings) {
    CapturedLog log = new CapturedLog(NAME);
    return new TestFunction(HandlerFunctions.of(context(), handler, log, settings), log);
  }

  private static FunctionContext context() {
    return new FunctionContext(NAME, "default", MAX_CONCURRENCY, Path.of("").toAbsolutePath());
  }

  /** Sets which attempt the next invocations are, from 1. */
  public TestFunction attempt(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("attempt must be 1 or more: " + number);
    }
    attempt = number;
    return this;
  }

  /** Sets how long the next invocations may take. */
  public TestFunction timeout(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("timeout must be more than zero: " + time);
    }
    timeout = time;
    return this;
  }

  /** Sets the clock of the next invocations: one that the handler reads too. */
  public TestFunction clock(TestClock other) {
    clock = Objects.requireNonNull(other, "clock");
    clock.onAdvance(this::checkDeadlines);
    return this;
  }

  /** Moves the clock. An invocation whose deadline that reaches is cancelled. */
  public TestFunction advance(Duration time) {
    clock.advance(time);
    return this;
  }

  private void checkDeadlines() {
    List.copyOf(runs).forEach(Running::checkDeadline);
  }

  /** Calls the handler with one event, and waits for its end. */
  public Handled handle(Event event) {
    return start(event).handled().get(0);
  }

  /**
   * Calls the handler with an event of this JSON, whose id is {@code event-1}, {@code event-2} ...
   */
  public Handled handle(String json) {
    return handle(event(json));
  }

  /** Calls the handler with a batch, and waits for its end: an outcome for each event, in order. */
  public List<Handled> handleBatch(Event... batch) {
    return start(batch).handled();
  }

  /**
   * Calls the handler with a batch of events of this JSON, as {@link #handle(String)} makes them.
   */
  public List<Handled> handleBatch(String... batch) {
    return handleBatch(Stream.of(batch).map(this::event).toArray(Event[]::new));
  }

  private Event event(String json) {
    return Event.builder().id("event-" + ++events).json(json).build();
  }

  /**
   * Begins an invocation of one event or a batch, and doesn't wait for it.
   *
   * @throws IllegalArgumentException if there is no event, or two have the same id: Penstock makes
   *     no such batches
   */
  public Running start(Event... batch) {
    List<Event> all = List.of(batch);
    if (all.isEmpty() || all.stream().map(Event::id).distinct().count() < all.size()) {
      throw new IllegalArgumentException(
          "a batch has at least one event, and each an id of its own");
    }
    runs.removeIf(Running::isDone);
    Running running = new Running(new TestInvocation(NAME, all, attempt, clock, timeout), invoker);
    runs.add(running);
    return running;
  }

  /**
   * What the handler logged up to now through its context, as {@code WARNING no stock of screws};
   * with a colon and what was thrown, if it logged that.
   */
  public List<String> logs() {
    return log.lines();
  }

  /** Closes the handler, if it can be closed, as Penstock does; what still runs is cancelled. */
  @Override
  public void close() {
    invoker.close();
  }
}
