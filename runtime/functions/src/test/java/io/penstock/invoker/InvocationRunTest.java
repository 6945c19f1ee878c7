package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.InvocationResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** When a run ends, and that an interrupt stays within it: every step by hand. */
class InvocationRunTest {

  private static final FunctionView VIEW = new FunctionView(System.getLogger("test"), Map.of());
  private static final InvocationResult DONE = InvocationResult.AllDone.INSTANCE;

  private final List<InvocationRun> ended = Collections.synchronizedList(new ArrayList<>());

  private InvocationRun run(HandlerCall call) {
    return new InvocationRun(
        FakeInvocation.texts("a"), call, getClass().getClassLoader(), VIEW, ended::add);
  }

  /** A thread whose interrupt takes as long as the test wants. */
  private static final class SlowToInterrupt extends Thread {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    SlowToInterrupt(Runnable task) {
      super(task);
    }

    @Override
    public void interrupt() {
      begun.countDown();
      awaitQuietly(goOn);
      super.interrupt();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void an_interrupt_under_way_holds_up_the_end_and_never_reaches_the_next_run() throws Exception {
    CountDownLatch inFirst = new CountDownLatch(1);
    CountDownLatch leaveFirst = new CountDownLatch(1);
    CountDownLatch cancelReturned = new CountDownLatch(1);
    AtomicBoolean stray = new AtomicBoolean();
    InvocationRun first =
        run(
            r -> {
              inFirst.countDown();
              awaitQuietly(leaveFirst);
              r.finish(DONE);
            });
    InvocationRun second =
        run(
            r -> {
              boolean interrupted = Thread.currentThread().isInterrupted();
              awaitQuietly(cancelReturned);
              stray.set(interrupted || Thread.currentThread().isInterrupted());
              r.finish(DONE);
            });
    SlowToInterrupt worker =
        new SlowToInterrupt(
            () -> {
              first.run();
              second.run();
            });
    worker.start();
    inFirst.await();
    Thread canceller =
        new Thread(
            () -> {
              first.cancel();
              cancelReturned.countDown();
            });
    canceller.start();
    worker.begun.await();

    leaveFirst.countDown();
    await().until(() -> first.stage().isDone() || worker.getState() == Thread.State.BLOCKED);
    assertThat(first.stage()).as("ended while an interrupt is on its way").isNotDone();
    worker.goOn.countDown();

    worker.join();
    canceller.join();
    assertThat(first.stage()).isCompletedWithValue(DONE);
    assertThat(second.stage()).isCompletedWithValue(DONE);
    assertThat(stray).isFalse();
    assertThat(ended).containsExactly(first, second);
  }

  @Test
  void it_ends_when_the_thread_has_left_and_the_result_is_there() {
    List<Boolean> doneInside = new ArrayList<>();
    InvocationRun resultFirst =
        run(
            r -> {
              r.finish(DONE);
              doneInside.add(r.stage().isDone());
            });
    resultFirst.run();
    assertThat(doneInside).containsExactly(false);
    assertThat(resultFirst.stage()).isCompletedWithValue(DONE);

    InvocationRun resultLater = run(r -> {});
    resultLater.run();
    assertThat(resultLater.stage()).isNotDone();
    resultLater.finish(DONE);
    resultLater.finish(new InvocationResult.Failed("X", "a second result is ignored"));
    assertThat(resultLater.stage()).isCompletedWithValue(DONE);
    assertThat(ended).containsExactly(resultFirst, resultLater);
  }

  @Test
  void a_call_that_breaks_ends_as_a_failure() {
    InvocationRun broken =
        run(
            r -> {
              throw new AssertionError("a defect");
            });
    broken.run();
    assertThat(broken.stage())
        .isCompletedWithValue(
            new InvocationResult.Failed(
                Failures.FUNCTION_ERROR, "java.lang.AssertionError: a defect"));
  }

  @Test
  void cancelled_before_it_begins_it_never_does() {
    List<String> calls = new ArrayList<>();
    InvocationRun run = run(r -> calls.add("called"));
    run.onCancel(() -> calls.add("cancelled"));
    run.cancel();
    run.cancel();
    run.run();
    assertThat(calls).containsExactly("cancelled");
    assertThat(run.stage().join())
        .isInstanceOfSatisfying(
            InvocationResult.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(Failures.TIMEOUT));
    assertThat(run.isCancelled()).isTrue();
  }

  @Test
  void after_its_end_nothing_is_cancelled_any_more() {
    List<String> ran = new ArrayList<>();
    InvocationRun run =
        run(
            r -> {
              r.onCancel(() -> ran.add("registered inside"));
              r.finish(DONE);
            });
    run.run();
    run.cancel();
    run.onCancel(() -> ran.add("registered after the end"));
    assertThat(ran).isEmpty();
    assertThat(run.isCancelled()).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
