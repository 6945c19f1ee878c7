package io.penstock.invoker;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a handler in this JVM.
 *
 * <p><b>Threads.</b> Handlers run on {@code work}, one thread an invocation. Cancellation and the
 * handler's {@code close} are user code too, and run on {@code aside}, so that they get through
 * when every work thread is stuck. The caller of {@link #invoke} runs none of it.
 */
final class JavaFunctionInvoker implements FunctionInvoker {

  private static final Logger LOG = LoggerFactory.getLogger(JavaFunctionInvoker.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String function;
  private final Object handler;
  private final HandlerCall call;
  private final FunctionCode code;
  private final Threads threads;
  private final FunctionView view;
  private final Duration closeLimit;
  private final Set<InvocationRun> active = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The threads for handlers, and those for what must get through besides them. */
  record Threads(FunctionThreads work, FunctionThreads aside) {}

  JavaFunctionInvoker(
      String function,
      Object handler,
      HandlerCall call,
      FunctionCode code,
      Threads threads,
      FunctionView view) {
    this(function, handler, call, code, threads, view, CLOSE_LIMIT);
  }

  JavaFunctionInvoker(
      String function,
      Object handler,
      HandlerCall call,
      FunctionCode code,
      Threads threads,
      FunctionView view,
      Duration closeLimit) {
    this.function = function;
    this.handler = handler;
    this.call = call;
    this.code = code;
    this.threads = threads;
    this.view = view;
    this.closeLimit = closeLimit;
  }

  ClassLoader loader() {
    return code.loader();
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    InvocationRun run = new InvocationRun(invocation, call, code.loader(), view, active::remove);
    active.add(run);
    try {
      threads.work().start(run);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // closed, or no thread to be had
      active.remove(run);
      return CompletableFuture.completedFuture(
          new InvocationResult.Failed(Failures.FUNCTION_ERROR, Failures.text(e)));
    }
    invocation.onCancel(() -> cancel(run));
    return run.stage();
  }

  private void cancel(InvocationRun run) {
    if (run.stage().isDone()) {
      return;
    }
    try {
      threads.aside().start(run::cancel);
    } catch (RejectedExecutionException e) {
      return; // closing has cancelled it already
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    long deadlineNs = System.nanoTime() + closeLimit.toNanos();
    threads.work().close();
    active.forEach(this::cancel);
    boolean interrupted = false;
    try {
      // Half of the time for handlers to return: their close must not pull the rug from under them.
      long handlersNs = deadlineNs - closeLimit.toNanos() / 2;
      awaitRuns(handlersNs);
      closeHandler(deadlineNs);
      awaitRuns(deadlineNs);
      threads.aside().close();
      awaitThreads(deadlineNs);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    threads.aside().close();
    if (!reportStuck()) {
      code.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitRuns(long deadlineNs) throws InterruptedException {
    CompletableFuture<?>[] stages =
        active.stream().map(InvocationRun::stage).toArray(CompletableFuture<?>[]::new);
    CountDownLatch done = new CountDownLatch(1);
    var unused = CompletableFuture.allOf(stages).whenComplete((nothing, e) -> done.countDown());
    boolean inTime = done.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    LOG.debug("function {}: invocations ended in time: {}", function, inTime);
  }

  private void closeHandler(long deadlineNs) throws InterruptedException {
    if (!(handler instanceof AutoCloseable closeable)) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    threads
        .aside()
        .start(
            () -> {
              Thread.currentThread().setContextClassLoader(code.loader());
              try {
                closeable.close();
              } catch (Throwable e) { // user code: the rest must be closed all the same
                LOG.warn("function {}: its close failed", function, e);
              } finally {
                done.countDown();
              }
            });
    boolean inTime = done.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (!inTime) {
      LOG.warn("function {}: its close did not return within {}", function, closeLimit);
    }
  }

  private void awaitThreads(long deadlineNs) throws InterruptedException {
    for (Thread thread : alive()) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
      thread.join(Math.max(1, leftMs));
    }
  }

  private List<Thread> alive() {
    List<Thread> alive = new ArrayList<>(threads.work().alive());
    alive.addAll(threads.aside().alive());
    return alive;
  }

  /** Names what could not be ended; its classes are left loaded then. */
  private boolean reportStuck() {
    List<Thread> stuck = alive();
    for (Thread thread : stuck) {
      LOG.error(
          "function {}: thread {} is stuck {}; it is left behind and keeps its memory until it"
              + " returns",
          function,
          thread.getName(),
          place(thread.getStackTrace()));
    }
    if (!active.isEmpty() && stuck.isEmpty()) {
      LOG.error(
          "function {}: {} invocations were left behind, whose stages never completed",
          function,
          active.size());
    }
    return !stuck.isEmpty() || !active.isEmpty();
  }

  /** The innermost call that isn't the JDK's. */
  private static String place(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .filter(frame -> !frame.getClassName().startsWith("java."))
        .filter(frame -> !frame.getClassName().startsWith("jdk."))
        .findFirst()
        .map(frame -> "in " + frame)
        .orElse("outside its own code");
  }
}
