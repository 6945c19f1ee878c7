package io.penstock.invoker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a function after it is closed. */
class CloseTest {

  private static final Duration SHORT = Duration.ofMillis(400);

  /** Waits until it is released, whatever comes. */
  static final class Stuck implements EventHandler<String, Void>, AutoCloseable {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicReference<Thread> thread = new AtomicReference<>();

    void awaitBegun() throws InterruptedException {
      begun.await();
    }

    void release() {
      release.countDown();
    }

    @Override
    public Void handle(String input, Context context) {
      thread.set(Thread.currentThread());
      begun.countDown();
      while (release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          continue; // on purpose: that is what makes it stuck
        }
      }
      return null;
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closing_ends_every_thread_and_closes_the_handler_once(boolean virtualWanted) {
    Stuck handler = new Stuck();
    handler.release.countDown();
    FunctionInvoker function = Harness.of(handler, virtualWanted, Duration.ofSeconds(5));
    Harness.call(function, "a");
    function.close();
    function.close();

    assertThat(handler.closes).hasValue(1);
    assertThat(handler.thread.get().isAlive()).isFalse();
    assertThat(functionThreads()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closing_with_a_stuck_handler_is_bounded_and_still_closes_it(boolean virtualWanted)
      throws Exception {
    Stuck handler = new Stuck();
    FunctionInvoker function = Harness.of(handler, virtualWanted, SHORT);
    CompletableFuture<InvocationResult> stage =
        function.invoke(FakeInvocation.texts("a")).toCompletableFuture();
    handler.begun.await();

    long startNs = System.nanoTime();
    function.close();
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(5));
    assertThat(handler.closes).hasValue(1);
    assertThat(stage).isNotDone();

    handler.release.countDown();
    assertThat(stage.get(10, SECONDS)).isSameAs(InvocationResult.AllDone.INSTANCE);
    await().until(() -> !handler.thread.get().isAlive());
  }

  @Test
  void closing_with_a_stage_that_never_completes_is_bounded() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    class Never implements AsyncEventHandler<String, String> {
      @Override
      public CompletionStage<String> handle(String input, Context context) {
        begun.countDown();
        return new CompletableFuture<String>().minimalCompletionStage();
      }
    }
    FunctionInvoker function = Harness.of(new Never(), true, SHORT);
    var stage = function.invoke(FakeInvocation.texts("a")).toCompletableFuture();
    begun.await();
    function.close();
    assertThat(stage).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closing_interrupts_what_still_runs(boolean virtualWanted) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    class Waits implements EventHandler<String, Void> {
      @Override
      public Void handle(String input, Context context) throws InterruptedException {
        begun.countDown();
        new CountDownLatch(1).await();
        return null;
      }
    }
    FunctionInvoker function = Harness.of(new Waits(), virtualWanted, Duration.ofSeconds(20));
    CompletionStage<InvocationResult> stage = function.invoke(FakeInvocation.texts("a"));
    begun.await();
    function.close();
    assertThat(stage.toCompletableFuture()).isDone();
  }

  @Test
  void a_close_that_throws_or_hangs_stops_nothing() {
    CountDownLatch never = new CountDownLatch(1);
    class Bad implements EventHandler<String, Void>, AutoCloseable {
      private final boolean hangs;

      Bad(boolean hangs) {
        this.hangs = hangs;
      }

      @Override
      public Void handle(String input, Context context) {
        return null;
      }

      @Override
      public void close() throws Exception {
        if (hangs) {
          never.await();
        }
        throw new IllegalStateException("can't close");
      }
    }
    Harness.of(new Bad(false), true, SHORT).close();
    Harness.of(new Bad(true), true, SHORT).close();
    never.countDown();
    await().until(() -> functionThreads().isEmpty());
  }

  @Test
  void a_closed_function_fails_what_it_is_given() {
    Stuck handler = new Stuck();
    FunctionInvoker function = Harness.of(handler);
    function.close();
    assertThat(Harness.call(function, "a"))
        .isInstanceOfSatisfying(
            InvocationResult.Failed.class,
            failed -> assertThat(failed.text()).contains("the function is closed"));
  }

  @Test
  void an_interrupt_cuts_the_wait_short_and_is_kept() throws Exception {
    Stuck handler = new Stuck();
    FunctionInvoker function = Harness.of(handler, true, Duration.ofSeconds(60));
    var stage = function.invoke(FakeInvocation.texts("a"));
    handler.begun.await();
    Thread.currentThread().interrupt();
    function.close();
    assertThat(Thread.interrupted()).isTrue();
    handler.release.countDown();
    assertThat(stage.toCompletableFuture().get(10, SECONDS)).isNotNull();
  }

  private static List<String> functionThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("penstock-fn-orders-"))
        .toList();
  }
}
