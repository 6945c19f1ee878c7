package io.penstock.invoker;

import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One invocation on its way through a handler. It ends when two things have come, in any order: the
 * handler's thread has left user code, and the result is there.
 *
 * <pre>
 *   run() -- enter -- user code -- leave --+
 *                                          +-- the stage completes, once
 *   finish(result) -----------------------+
 *   cancel() interrupts the thread only between enter and leave
 * </pre>
 *
 * The monitor of the run guards enter, leave and cancel, so an interrupt can't reach a thread that
 * has left and perhaps serves the next invocation. Thread-safe.
 */
final class InvocationRun implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(InvocationRun.class);

  /** What the log knows of the thread of a handler: the id of its event, and whose id that is. */
  private static final String EVENT = "event";

  private static final String EVENT_SOURCE = "eventSource";

  private static final InvocationResult CANCELLED =
      new InvocationResult.Failed(
          Failures.TIMEOUT, "the invocation was cancelled before the function was called");

  private final Invocation invocation;
  private final HandlerCall call;
  private final ClassLoader loader;
  private final Consumer<InvocationRun> whenEnded;
  private final InvocationContext context;
  private final CompletableFuture<InvocationResult> stage = new CompletableFuture<>();

  private volatile boolean cancelled;
  private @Nullable Thread thread;
  private boolean left;
  private boolean ended;
  private @Nullable InvocationResult result;
  private @Nullable List<Runnable> cancelActions;

  InvocationRun(
      Invocation invocation,
      HandlerCall call,
      ClassLoader loader,
      FunctionView view,
      Consumer<InvocationRun> whenEnded) {
    this.invocation = invocation;
    this.call = call;
    this.loader = loader;
    this.whenEnded = whenEnded;
    this.context = new InvocationContext(invocation, view, this);
  }

  List<Event> events() {
    return invocation.events();
  }

  InvocationContext context() {
    return context;
  }

  /** Completes when the function is no longer running. */
  CompletableFuture<InvocationResult> stage() {
    return stage;
  }

  boolean isCancelled() {
    return cancelled || invocation.isCancelled();
  }

  @Override
  public void run() {
    Thread current = Thread.currentThread();
    if (!enter(current)) {
      return;
    }
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(loader);
    MDC.put(EVENT, logged(invocation.events()));
    MDC.put(EVENT_SOURCE, invocation.events().get(0).source());
    try {
      call.call(this);
    } catch (Throwable e) { // the calls report what user code throws: this is a defect of theirs
      LOG.error("an invocation of function {} broke", invocation.function(), e);
      finish(new InvocationResult.Failed(Failures.FUNCTION_ERROR, Failures.text(e)));
    } finally {
      MDC.remove(EVENT);
      MDC.remove(EVENT_SOURCE);
      current.setContextClassLoader(before);
      leave();
    }
  }

  /** By what the lines are found that are logged on this thread: the id of the first event. */
  private static String logged(List<Event> events) {
    String id = events.get(0).id();
    for (int i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        return id.replaceAll("\\p{Cntrl}", "?"); // else an id could forge a line
      }
    }
    return id;
  }

  private synchronized boolean enter(Thread current) {
    if (left) {
      return false; // cancelled while it waited for a thread
    }
    Thread.interrupted();
    thread = current;
    return true;
  }

  private void leave() {
    synchronized (this) {
      thread = null;
      left = true;
      Thread.interrupted(); // from cancel, or left over by user code
    }
    completeIfEnded();
  }

  /** Gives the result; called once, on any thread. */
  void finish(InvocationResult outcome) {
    synchronized (this) {
      if (result == null) {
        result = outcome;
      }
    }
    completeIfEnded();
  }

  private void completeIfEnded() {
    InvocationResult outcome;
    synchronized (this) {
      if (!left || result == null || ended) {
        return;
      }
      ended = true;
      cancelActions = null;
      outcome = result;
    }
    whenEnded.accept(this);
    stage.complete(outcome);
  }

  /** Cancels it: interrupts the thread and runs the actions. May run user code. Idempotent. */
  void cancel() {
    List<Runnable> actions;
    synchronized (this) {
      if (ended || cancelled) {
        return;
      }
      cancelled = true;
      if (thread == null && !left) {
        left = true; // not begun, and now it never will
        result = CANCELLED;
      } else if (thread != null) {
        thread.interrupt();
      }
      actions = cancelActions == null ? List.of() : cancelActions;
      cancelActions = null;
    }
    actions.forEach(this::runQuietly);
    completeIfEnded();
  }

  /** Runs the action once when it is cancelled, at once if it is already, never after its end. */
  void onCancel(Runnable action) {
    synchronized (this) {
      if (ended) {
        return;
      }
      if (!cancelled) {
        if (cancelActions == null) {
          cancelActions = new ArrayList<>(2);
        }
        cancelActions.add(action);
        return;
      }
    }
    runQuietly(action);
  }

  private void runQuietly(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) { // user code: whatever it throws must not stop the other actions
      LOG.warn("a cancel action of function {} failed", invocation.function(), e);
    }
  }

  /** Clears an interrupt that the handler left over, unless it came from a cancellation. */
  synchronized void forgetInterrupt() {
    if (!cancelled) {
      Thread.interrupted();
    }
  }
}
