package io.penstock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.functions.AsyncBatchHandler;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;
import io.penstock.functions.ThrottledException;
import io.penstock.testing.Handled.Kind;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A handler under test")
class TestFunctionTest {

  record Order(String id, BigDecimal total, Instant placed) {}

  record Invoice(String order, BigDecimal amount, String currency) {}

  /** What an order's id says, it does. */
  static final class Invoicing implements EventHandler<Order, Object> {

    @Override
    public Object handle(Order order, Context context) throws Exception {
      return switch (order.id()) {
        case "none" -> null;
        case "retry" -> Outcome.retryAfter(Duration.ofMinutes(1), "out of stock");
        case "reject" -> Outcome.reject("no such customer");
        case "busy" -> throw new ThrottledException("the bank is busy", Duration.ofSeconds(3));
        case "broken" -> throw new IllegalStateException("a bug");
        case "two" -> Outcome.doneAll(List.of("first", "second"));
        case "attempt" -> "attempt " + context.attempt() + " of " + context.function();
        default ->
            new Invoice(
                order.id(), order.total(), context.settings().getOrDefault("currency", "EUR"));
      };
    }
  }

  static final class Booking implements BatchHandler<Order> {

    @Override
    public BatchOutcome handle(List<BatchItem<Order>> items, Context context) {
      BatchOutcome.Builder outcome = BatchOutcome.builder();
      for (BatchItem<Order> item : items) {
        if (item.value().id().equals("forgotten")) {
          continue;
        }
        outcome.put(
            item.event(),
            item.value().total() == null ? Outcome.reject("no total") : Outcome.done("booked"));
      }
      return outcome.build();
    }
  }

  private static String order(String id) {
    return "{\"id\": \"" + id + "\", \"total\": 12.50, \"placed\": \"2026-01-31T12:00:00Z\"}";
  }

  private static Event event(String id, String json) {
    return Event.builder().id(id).source("/shop").json(json).build();
  }

  @Test
  void getsWhatItAsksForOutOfJson() {
    try (TestFunction function = TestFunction.of(new Invoicing())) {
      Handled handled = function.handle(order("o-1"));
      assertThat(handled.kind()).isEqualTo(Kind.DONE);
      assertThat(handled.event().id()).isEqualTo("event-1");
      Event result =
          handled.expectResult("{\"amount\":12.5,\"order\":\"o-1\" , \"currency\":\"EUR\"}");
      assertThat(result.dataContentType()).hasValue("application/json");
      assertThat(handled.expectDone()).containsExactly(result);
      assertThat(function.handle(order("none")).expectDone()).isEmpty();
      assertThat(function.handle(order("two")).expectDone())
          .extracting(Event::text)
          .containsExactly("first", "second");
    }
  }

  @Test
  void isJudgedByWhatItReturnsOrThrows() {
    try (TestFunction function = TestFunction.of(new Invoicing())) {
      Handled retry = function.handle(order("retry")).expectRetry("out of stock");
      assertThat(retry.delay()).isEqualTo(Duration.ofMinutes(1));
      assertThat(retry.code()).isEqualTo("FUNCTION_RETRY");
      function.handle(order("reject")).expectReject("no such customer");
      Handled busy = function.handle(order("busy")).expectThrottled("the bank is busy");
      assertThat(busy.delay()).isEqualTo(Duration.ofSeconds(3));
      Handled broken = function.handle(order("broken")).expectRetry("a bug");
      assertThat(broken.code()).isEqualTo("FUNCTION_ERROR");
      function.handle("{\"id\": \"o-1\", \"total\": \"much\"}").expectReject("total");
      function.handle("no json").expectReject("no JSON");
    }
  }

  @Test
  void seesItsContext() {
    try (TestFunction function = TestFunction.of(new Invoicing(), Map.of("currency", "PLN"))) {
      function
          .handle(order("o-1"))
          .expectResult("{\"order\":\"o-1\",\"amount\":12.50,\"currency\":\"PLN\"}");
      assertThat(function.handle(order("attempt")).expectResult().text())
          .isEqualTo("attempt 1 of test");
      assertThat(function.attempt(4).handle(order("attempt")).expectResult().text())
          .isEqualTo("attempt 4 of test");
      assertThatThrownBy(() -> function.attempt(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isHeardWhenItLogs() {
    EventHandler<String, Void> handler =
        new EventHandler<>() {
          @Override
          public Void handle(String text, Context context) {
            context.logger().log(Level.INFO, "got {0}", text);
            context.logger().log(Level.DEBUG, "as it {stands");
            context.logger().log(Level.ERROR, "failed", new IllegalStateException("broken"));
            return null;
          }
        };
    try (TestFunction function = TestFunction.of(handler)) {
      function.handle("1").expectDone();
      assertThat(function.logs())
          .containsExactly(
              "INFO got 1",
              "DEBUG as it {stands",
              "ERROR failed: java.lang.IllegalStateException: broken");
    }
  }

  /** Lets an event through once an hour. */
  record Hourly(Clock clock, AtomicReference<Instant> next)
      implements EventHandler<String, String> {

    @Override
    public String handle(String text, Context context) {
      if (clock.instant().isBefore(next.get())) {
        return null;
      }
      next.set(clock.instant().plus(Duration.ofHours(1)));
      return text;
    }
  }

  @Test
  void mayReadTheSameClock() {
    TestClock clock = TestClock.at(Instant.parse("2026-03-01T10:00:00Z"));
    Hourly hourly = new Hourly(clock, new AtomicReference<>(Instant.EPOCH));
    try (TestFunction function = TestFunction.of(hourly).clock(clock)) {
      function.handle("1").expectResult("1");
      assertThat(function.handle("2").expectDone()).isEmpty();
      clock.advance(Duration.ofHours(1));
      function.handle("3").expectResult("3");
      assertThat(clock.withZone(ZoneId.of("Europe/Warsaw")).instant())
          .isEqualTo("2026-03-01T11:00:00Z");
      assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void mayTakeBatches() {
    try (TestFunction function = TestFunction.of(new Booking())) {
      List<Handled> handled =
          function.handleBatch(
              event("1", order("a")),
              event("2", "{\"id\":\"b\"}"),
              event("3", "[]"),
              event("4", order("c")));
      assertThat(handled.get(0).expectResult().text()).isEqualTo("booked");
      handled.get(1).expectReject("no total");
      handled.get(2).expectReject("can't be read");
      handled.get(3).expectDone();
      assertThat(function.handleBatch(event("1", order("a")), event("2", order("forgotten"))))
          .allSatisfy(each -> each.expectRetry("lacks event '2'"))
          .extracting(Handled::code)
          .containsOnly("BAD_RESULT");
      assertThatThrownBy(function::start).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> function.start(event("1", "1"), event("1", "2")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void mayGetSeveralEventsOneAfterTheOther() {
    try (TestFunction function = TestFunction.of(new Invoicing())) {
      List<Handled> handled = function.handleBatch(order("none"), order("reject"));
      handled.get(0).expectDone();
      assertThat(handled.get(1).expectReject("customer").event().id()).isEqualTo("event-2");
    }
  }

  @Test
  void mayAnswerLater() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    AsyncEventHandler<String, String> handler =
        new AsyncEventHandler<>() {
          @Override
          public CompletionStage<String> handle(String text, Context context) {
            return answer.thenApply(word -> word + " " + text);
          }
        };
    try (TestFunction function = TestFunction.of(handler)) {
      Running running = function.start(event("1", "\"you\""));
      assertThat(running.isDone()).isFalse();
      answer.complete("hello");
      assertThat(running.handled().get(0).expectResult().text()).isEqualTo("hello \"you\"");
    }
    AsyncBatchHandler<Event> batches =
        new AsyncBatchHandler<>() {
          @Override
          public CompletionStage<BatchOutcome> handle(
              List<BatchItem<Event>> items, Context context) {
            return CompletableFuture.failedFuture(new ThrottledException("later", Duration.ZERO));
          }
        };
    try (TestFunction function = TestFunction.of(batches)) {
      function.handle(event("1", "{}")).expectThrottled("later");
    }
  }

  /** Works until it is told to stop, and then says how much time it had. */
  static final class Slow implements EventHandler<Event, String> {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();

    @Override
    public String handle(Event event, Context context) {
      context.onCancel(() -> told.set(true));
      context.progress(0.5, "half");
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.set(context.isCancelled() && context.timeLeft().isZero());
      }
      return "too late";
    }
  }

  @Test
  void isCancelledAtItsDeadline() throws InterruptedException {
    Slow handler = new Slow();
    try (TestFunction function = TestFunction.of(handler).timeout(Duration.ofSeconds(5))) {
      Running running = function.start(event("1", "{}"));
      handler.begun.await();
      function.advance(Duration.ofMillis(4_999));
      assertThat(handler.told).isFalse();
      assertThat(running.progress()).containsExactly("50% half");
      function.advance(Duration.ofMillis(1));
      Handled handled = running.handled().get(0).expectRetry("cancelled at its deadline");
      assertThat(handled.code()).isEqualTo("TIMEOUT");
      await().untilTrue(handler.told);
      assertThat(handler.interrupted).isTrue();

      Running next = function.start(event("2", "{}"));
      assertThat(next.isDone()).as("it has 5 s again").isFalse();
      function.advance(Duration.ofHours(1));
      next.handled().get(0).expectRetry("deadline");
    }
  }

  @Test
  void isCancelledWhenTheTestSaysSo() throws InterruptedException {
    Slow handler = new Slow();
    try (TestFunction function = TestFunction.of(handler)) {
      Running running = function.start(event("1", "{}"));
      handler.begun.await();
      assertThat(running.cancel().handled().get(0).expectResult().text())
          .as("it ended in time, so its result counts")
          .isEqualTo("too late");
      assertThat(handler.interrupted).isFalse();
    }
  }

  /** Has a resource. */
  public static final class Closing implements EventHandler<String, String>, AutoCloseable {
    static final AtomicBoolean CLOSED = new AtomicBoolean();

    @Override
    public String handle(String text, Context context) {
      return text;
    }

    @Override
    public void close() {
      CLOSED.set(true);
    }
  }

  @Test
  void isMadeAndClosedAsPenstockDoesIt() {
    Closing.CLOSED.set(false);
    try (TestFunction function = TestFunction.of(Closing.class)) {
      function.handle("1").expectDone();
      assertThat(Closing.CLOSED).isFalse();
    }
    assertThat(Closing.CLOSED).isTrue();
    assertThatThrownBy(() -> TestFunction.of(Slow.class.getInterfaces()[0]))
        .isInstanceOf(ConnectorException.class);
    assertThatThrownBy(() -> TestFunction.of(new Object()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void isToldApartFromWhatWasExpected() {
    try (TestFunction function = TestFunction.of(new Invoicing())) {
      assertThatThrownBy(() -> function.handle(order("reject")).expectDone())
          .isInstanceOf(AssertionError.class)
          .hasMessage(
              "expected DONE, but it is REJECT event 'event-1': FUNCTION_REJECT: no such customer");
      assertThatThrownBy(() -> function.handle(order("reject")).expectReject("another reason"))
          .hasMessageContaining("because of 'another reason'");
      assertThatThrownBy(() -> function.handle(order("retry")).expectThrottled(""))
          .hasMessageContaining("after PT1M");
      assertThatThrownBy(() -> function.handle(order("two")).expectResult())
          .hasMessageContainingAll("one result", "first", "second");
      assertThatThrownBy(() -> function.handle(order("o-1")).expectResult("{\"order\":\"o-1\"}"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("expected the result {\"order\":\"o-1\"}, but it is {");
      assertThatThrownBy(() -> function.handle(order("o-1")).expectResult("{"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
