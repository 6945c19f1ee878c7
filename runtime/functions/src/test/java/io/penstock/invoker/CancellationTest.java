package io.penstock.invoker;

import static io.penstock.invoker.Harness.outcomes;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancelling: who is interrupted, who is not, and when an invocation has ended. */
class CancellationTest {

  /** Waits for the test on "wait", through interrupts on "stubborn". */
  static final class Waiting implements EventHandler<String, Object> {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger interrupts = new AtomicInteger();
    private final AtomicReference<Thread> cancelThread = new AtomicReference<>();

    @Override
    public Object handle(String input, Context context) throws Exception {
      calls.incrementAndGet();
      context.onCancel(() -> cancelThread.set(Thread.currentThread()));
      begun.countDown();
      if (input.equals("wait")) {
        release.await();
      }
      while (input.equals("stubborn") && release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          interrupts.incrementAndGet();
        }
      }
      return context.isCancelled() ? Outcome.reject("was cancelled") : null;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cancelling_interrupts_the_handler_and_skips_the_rest(boolean virtualWanted)
      throws Exception {
    Waiting handler = new Waiting();
    try (FunctionInvoker function = Harness.of(handler, virtualWanted, Duration.ofSeconds(5))) {
      FakeInvocation invocation = FakeInvocation.texts("wait", "wait", "x");
      CompletionStage<InvocationResult> stage = function.invoke(invocation);
      handler.begun.await();
      invocation.cancel();

      assertThat(outcomes(stage.toCompletableFuture().get(10, SECONDS)))
          .containsExactly(Failures.CANCELLED, Failures.CANCELLED, Failures.CANCELLED);
      assertThat(handler.calls).hasValue(1);
      await().until(() -> handler.cancelThread.get() != null);
      assertThat(handler.cancelThread.get().getName()).startsWith("penstock-fn-orders-aside-");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_invocation_ends_only_when_the_handler_returns(boolean virtualWanted) throws Exception {
    Waiting handler = new Waiting();
    try (FunctionInvoker function = Harness.of(handler, virtualWanted, Duration.ofSeconds(5))) {
      FakeInvocation invocation = FakeInvocation.texts("stubborn", "x");
      CompletableFuture<InvocationResult> stage = function.invoke(invocation).toCompletableFuture();
      handler.begun.await();
      invocation.cancel();
      await().until(() -> handler.interrupts.get() == 1);
      assertThat(stage).isNotDone();

      handler.release.countDown();
      List<EventOutcome> outcomes = outcomes(stage.get(10, SECONDS));
      assertThat(outcomes.get(0)).isInstanceOf(EventOutcome.Reject.class);
      assertThat(outcomes.get(1)).isEqualTo(Failures.CANCELLED);
      assertThat(handler.interrupts).hasValue(1);
    }
  }

  @Test
  void an_invocation_that_waits_for_a_thread_ends_at_once_when_cancelled() throws Exception {
    Waiting handler = new Waiting();
    try (FunctionInvoker function = Harness.of(handler, false, Duration.ofSeconds(5))) {
      List<CompletionStage<InvocationResult>> busy = new ArrayList<>();
      for (int i = 0; i < Harness.MAX_CONCURRENCY; i++) {
        busy.add(function.invoke(FakeInvocation.texts("wait")));
      }
      await().until(() -> handler.calls.get() == Harness.MAX_CONCURRENCY);
      FakeInvocation queued = FakeInvocation.texts("wait");
      CompletableFuture<InvocationResult> stage = function.invoke(queued).toCompletableFuture();
      queued.cancel();

      assertThat(stage.get(10, SECONDS)).isInstanceOf(InvocationResult.Failed.class);
      handler.release.countDown();
      for (CompletionStage<InvocationResult> one : busy) {
        assertThat(one.toCompletableFuture().get(10, SECONDS))
            .isSameAs(InvocationResult.AllDone.INSTANCE);
      }
      assertThat(handler.calls).hasValue(Harness.MAX_CONCURRENCY);
    }
  }

  @Test
  void an_invocation_that_is_cancelled_already_calls_nothing() {
    Waiting handler = new Waiting();
    try (FunctionInvoker function = Harness.of(handler)) {
      FakeInvocation invocation = FakeInvocation.texts("wait");
      invocation.cancel();
      InvocationResult result = Harness.call(function, invocation);
      assertThat(result).isNotSameAs(InvocationResult.AllDone.INSTANCE);
      assertThat(handler.calls).hasValue(0);
    }
  }

  @Test
  void a_cancelled_batch_fails_as_a_timeout() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    class Waits implements BatchHandler<String> {
      @Override
      public BatchOutcome handle(List<BatchItem<String>> batch, Context context)
          throws InterruptedException {
        begun.countDown();
        new CountDownLatch(1).await();
        return BatchOutcome.allDone();
      }
    }
    try (FunctionInvoker function = Harness.of(new Waits())) {
      FakeInvocation invocation = FakeInvocation.texts("a", "b");
      CompletionStage<InvocationResult> stage = function.invoke(invocation);
      begun.await();
      invocation.cancel();
      assertThat(stage.toCompletableFuture().get(10, SECONDS))
          .isInstanceOfSatisfying(
              InvocationResult.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(Failures.TIMEOUT));
    }
  }

  @Test
  void cancelling_cancels_asynchronous_stages() throws Exception {
    List<CompletableFuture<String>> stages = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(2);
    class Never implements AsyncEventHandler<String, String> {
      @Override
      public CompletionStage<String> handle(String input, Context context) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        begun.countDown();
        return stage;
      }
    }
    try (FunctionInvoker function = Harness.of(new Never())) {
      FakeInvocation invocation = FakeInvocation.texts("a", "b");
      CompletionStage<InvocationResult> result = function.invoke(invocation);
      begun.await();
      invocation.cancel();

      assertThat(outcomes(result.toCompletableFuture().get(10, SECONDS)))
          .containsExactly(Failures.CANCELLED, Failures.CANCELLED);
      assertThat(stages).allMatch(CompletableFuture::isCancelled);
    }
  }

  @Test
  void a_stage_that_can_not_be_cancelled_is_waited_for() throws Exception {
    CompletableFuture<String> work = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    class Minimal implements AsyncEventHandler<String, String> {
      @Override
      public CompletionStage<String> handle(String input, Context context) {
        context.onCancel(cancelled::countDown);
        begun.countDown();
        return work.minimalCompletionStage();
      }
    }
    try (FunctionInvoker function = Harness.of(new Minimal())) {
      FakeInvocation invocation = FakeInvocation.texts("a");
      CompletableFuture<InvocationResult> result =
          function.invoke(invocation).toCompletableFuture();
      begun.await();
      invocation.cancel();
      cancelled.await();
      assertThat(result).isNotDone();
      work.complete("late");
      EventOutcome outcome = outcomes(result.get(10, SECONDS)).get(0);
      assertThat(outcome).isInstanceOf(EventOutcome.Done.class);
    }
  }

  @Test
  void a_cancel_action_that_throws_stops_neither_the_others_nor_the_interrupt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    class Throws implements EventHandler<String, Void> {
      @Override
      public Void handle(String input, Context context) throws InterruptedException {
        context.onCancel(
            () -> {
              throw new AssertionError("from an action");
            });
        context.onCancel(second::countDown);
        begun.countDown();
        new CountDownLatch(1).await();
        return null;
      }
    }
    try (FunctionInvoker function = Harness.of(new Throws())) {
      FakeInvocation invocation = FakeInvocation.texts("a");
      CompletionStage<InvocationResult> result = function.invoke(invocation);
      begun.await();
      invocation.cancel();
      assertThat(second.await(10, SECONDS)).isTrue();
      assertThat(outcomes(result.toCompletableFuture().get(10, SECONDS)))
          .containsExactly(Failures.CANCELLED);
    }
  }

  @Test
  void an_action_registered_after_the_cancellation_runs_at_once() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    List<String> ran = new ArrayList<>();
    class Late implements EventHandler<String, Void> {
      @Override
      public Void handle(String input, Context context) {
        begun.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          context.onCancel(() -> ran.add("late"));
        }
        return null;
      }
    }
    try (FunctionInvoker function = Harness.of(new Late())) {
      FakeInvocation invocation = FakeInvocation.texts("a");
      CompletionStage<InvocationResult> result = function.invoke(invocation);
      begun.await();
      invocation.cancel();
      result.toCompletableFuture().get(10, SECONDS);
      assertThat(ran).containsExactly("late");
    }
  }

  /**
   * Cancels at random moments around the end of short invocations on one thread: an interrupt that
   * comes too late would hit the next invocation, which says so.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_late_cancellation_never_interrupts_the_next_invocation(boolean virtualWanted)
      throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    class Brief implements EventHandler<String, Object> {
      @Override
      public Object handle(String input, Context context) {
        long untilNs = System.nanoTime() + Long.parseLong(input);
        boolean interrupted = false;
        do {
          interrupted |= Thread.currentThread().isInterrupted();
        } while (System.nanoTime() < untilNs);
        // An interrupt is fine only when the invocation is really cancelled.
        return interrupted && !context.isCancelled() ? Outcome.reject("stray interrupt") : null;
      }
    }
    int cancelled = 0;
    try (FunctionInvoker function = Harness.of(new Brief(), virtualWanted, Duration.ofSeconds(5))) {
      for (int i = 0; i < 20_000; i++) {
        FakeInvocation invocation = FakeInvocation.texts(String.valueOf(random.nextInt(20_000)));
        CompletionStage<InvocationResult> stage = function.invoke(invocation);
        long cancelAtNs = System.nanoTime() + random.nextInt(40_000);
        boolean cancels = i % 2 == 0;
        while (cancels && System.nanoTime() < cancelAtNs) {
          Thread.onSpinWait();
        }
        if (cancels) {
          invocation.cancel();
          cancelled++;
        }
        InvocationResult result = stage.toCompletableFuture().get(10, SECONDS);
        assertThat(result.toString()).as("seed %s, round %s", seed, i).doesNotContain("stray");
      }
    }
    assertThat(cancelled).isEqualTo(10_000);
  }
}
