package io.penstock.invoker;

import static io.penstock.invoker.Harness.callOnce;
import static io.penstock.invoker.Harness.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;
import io.penstock.functions.ThrottledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What handlers of single events return and throw, and what the engine hears of it. */
class EventCallTest {

  /** Does what the payload says. */
  public static class Scripted implements EventHandler<String, Object> {

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @Override
    public Object handle(String input, Context context) throws Exception {
      seen.add(input);
      switch (input) {
        case "nothing":
          return null;
        case "done":
          return Outcome.done();
        case "retry":
          return Outcome.retryAfter(Duration.ofSeconds(3), "not yet");
        case "reject":
          return Outcome.reject("never");
        case "throw":
          throw new IllegalStateException("no route to the bank");
        case "checked":
          throw new java.io.IOException("disk");
        case "throttle":
          throw new ThrottledException("bank answers 429", Duration.ofSeconds(7));
        case "throttle-in-future":
          return CompletableFuture.failedFuture(new ThrottledException("429", Duration.ZERO))
              .join();
        case "overflow":
          return overflow(1);
        case "linkage":
          throw new NoClassDefFoundError("com/acme/Missing");
        case "long":
          throw new IllegalStateException("x".repeat(100_000));
        case "no-message":
          throw new MessageThrows();
        case "interrupt-myself":
          Thread.currentThread().interrupt();
          return null;
        case "check-interrupt":
          return Thread.currentThread().isInterrupted() ? Outcome.reject("interrupted") : null;
        default:
          return input;
      }
    }

    private static int overflow(int depth) {
      return depth == 0 ? 0 : overflow(depth + 1) + 1;
    }
  }

  private static final class MessageThrows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @Test
  void a_batch_without_results_is_all_done() {
    assertThat(callOnce(new Scripted(), "nothing", "done", "nothing"))
        .isSameAs(InvocationResult.AllDone.INSTANCE);
  }

  @Test
  void outcomes_come_in_the_order_of_the_events() {
    InvocationResult result =
        callOnce(new Scripted(), "nothing", "retry", "text", "reject", "done");

    List<EventOutcome> outcomes = outcomes(result);
    assertThat(outcomes).hasSize(5);
    assertThat(outcomes.get(0)).isEqualTo(EventOutcome.Done.EMPTY);
    assertThat(outcomes.get(1))
        .isEqualTo(
            new EventOutcome.Retry(Duration.ofSeconds(3), Failures.FUNCTION_RETRY, "not yet"));
    assertThat(((EventOutcome.Done) outcomes.get(2)).results().get(0).text()).isEqualTo("text");
    assertThat(outcomes.get(3))
        .isEqualTo(new EventOutcome.Reject(Failures.FUNCTION_REJECT, "never"));
    assertThat(outcomes.get(4)).isEqualTo(EventOutcome.Done.EMPTY);
  }

  @Test
  void an_exception_fails_its_event_alone_and_names_class_and_message() {
    Scripted handler = new Scripted();
    List<EventOutcome> outcomes = outcomes(callOnce(handler, "throw", "checked", "nothing"));

    assertThat(outcomes)
        .containsExactly(
            retry("java.lang.IllegalStateException: no route to the bank"),
            retry("java.io.IOException: disk"),
            EventOutcome.Done.EMPTY);
    assertThat(handler.seen).containsExactly("throw", "checked", "nothing");
  }

  @Test
  void an_error_fails_its_event_alone() {
    List<EventOutcome> outcomes = outcomes(callOnce(new Scripted(), "overflow", "linkage", "done"));

    assertThat(outcomes)
        .containsExactly(
            retry("java.lang.StackOverflowError"),
            retry("java.lang.NoClassDefFoundError: com/acme/Missing"),
            EventOutcome.Done.EMPTY);
  }

  @Test
  void the_text_of_a_failure_is_bounded() {
    EventOutcome.Retry outcome =
        (EventOutcome.Retry) outcomes(callOnce(new Scripted(), "long")).get(0);

    assertThat(outcome.text()).hasSizeBetween(900, 1_100).endsWith("x...");
  }

  @Test
  void a_message_that_throws_is_left_out() {
    assertThat(outcomes(callOnce(new Scripted(), "no-message")))
        .containsExactly(retry(MessageThrows.class.getName()));
  }

  @Test
  void a_throttle_puts_off_the_rest_of_the_batch_without_calling() {
    Scripted handler = new Scripted();
    List<EventOutcome> outcomes = outcomes(callOnce(handler, "done", "throttle", "done", "done"));

    EventOutcome throttled = new EventOutcome.Throttled(Duration.ofSeconds(7), "bank answers 429");
    assertThat(outcomes).containsExactly(EventOutcome.Done.EMPTY, throttled, throttled, throttled);
    assertThat(handler.seen).containsExactly("done", "throttle");
  }

  @Test
  void a_throttle_of_the_first_event_throttles_the_batch() {
    assertThat(callOnce(new Scripted(), "throttle", "done"))
        .isEqualTo(new InvocationResult.Throttled(Duration.ofSeconds(7), "bank answers 429"));
    assertThat(callOnce(new Scripted(), "throttle-in-future", "done"))
        .isEqualTo(new InvocationResult.Throttled(Duration.ZERO, "429"));
  }

  @Test
  void an_interrupt_that_the_handler_leaves_over_does_not_reach_the_next_event_or_invocation() {
    try (FunctionInvoker function = Harness.of(new Scripted())) {
      assertThat(Harness.call(function, "interrupt-myself", "check-interrupt", "interrupt-myself"))
          .isSameAs(InvocationResult.AllDone.INSTANCE);
      assertThat(Harness.call(function, "check-interrupt"))
          .isSameAs(InvocationResult.AllDone.INSTANCE);
    }
  }

  @Test
  void the_context_is_that_of_the_invocation() {
    AtomicReference<Context> seen = new AtomicReference<>();
    class Keeps implements EventHandler<Event, Void> {
      @Override
      public Void handle(Event input, Context context) {
        seen.set(context);
        context.progress(0.5, "half");
        return null;
      }
    }
    FakeInvocation invocation = FakeInvocation.texts("a");
    try (FunctionInvoker function = Harness.of(new Keeps())) {
      Harness.call(function, invocation);
    }

    Context context = seen.get();
    assertThat(context.function()).isEqualTo("orders");
    assertThat(context.account()).isEqualTo("acme");
    assertThat(context.attempt()).isEqualTo(2);
    assertThat(context.deadline()).isEqualTo(invocation.deadline());
    assertThat(context.timeLeft()).isEqualTo(Duration.ofSeconds(9));
    assertThat(context.settings()).isEqualTo(Map.of("currency", "EUR"));
    assertThat(context.logger().getName()).isEqualTo("function.orders");
    assertThat(context.isCancelled()).isFalse();
    assertThat(invocation.progress()).containsExactly("0.5 half");
  }

  @Test
  void a_handler_that_tells_a_progress_outside_0_to_1_fails() {
    class Wrong implements EventHandler<Event, Void> {
      @Override
      public Void handle(Event input, Context context) {
        context.progress(Double.NaN, "");
        return null;
      }
    }
    assertThat(outcomes(callOnce(new Wrong(), "a")))
        .containsExactly(
            retry("java.lang.IllegalArgumentException: fraction must be between 0 and 1: NaN"));
  }

  @Test
  void user_code_runs_on_a_thread_of_the_function_with_its_class_loader() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicReference<ClassLoader> loader = new AtomicReference<>();
    class Looks implements EventHandler<Event, Void> {
      @Override
      public Void handle(Event input, Context context) {
        thread.set(Thread.currentThread());
        loader.set(Thread.currentThread().getContextClassLoader());
        return null;
      }
    }
    callOnce(new Looks(), "a");

    assertThat(thread.get().getName()).startsWith("penstock-fn-orders-");
    assertThat(thread.get()).isNotSameAs(Thread.currentThread());
    assertThat(loader.get()).isSameAs(JavaFunctionProvider.class.getClassLoader());
  }

  private static EventOutcome retry(String text) {
    return new EventOutcome.Retry(Duration.ZERO, Failures.FUNCTION_ERROR, text);
  }
}
