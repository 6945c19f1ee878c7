package io.penstock.engine.core;

import io.penstock.connector.Invocation;
import io.penstock.functions.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One invocation: a batch on its way through the function. The lists and states belong to the core
 * thread; what {@link Invocation} shows may be used from any.
 */
final class BatchRun implements Invocation {

  private static final Logger log = LoggerFactory.getLogger(BatchRun.class);

  /** Who hears of the function's progress; any thread. */
  interface ProgressListener {
    void progress(BatchRun run, double fraction, String note);
  }

  private final Route route;
  private final List<Event> events;
  private final int attempt;
  private final LongSupplier clock;
  private final ProgressListener progress;
  private final Object cancelLock = new Object();
  private volatile boolean cancelled;
  private @Nullable List<Runnable> cancelActions;

  List<Work> works;
  long startNs;
  long deadlineNs;
  private volatile long sharedDeadlineNs;
  private volatile Instant deadline = Instant.MAX;

  /** The answer has come. */
  boolean ended;

  /** It is past its deadline. */
  boolean timedOut;

  /** Its works were dealt with before the answer came. */
  boolean handled;

  /** Of a plain stream: works that no sink has answered for yet. */
  int open;

  BatchRun(Route route, List<Work> works, LongSupplier clock, ProgressListener progress) {
    this.route = route;
    this.works = works;
    this.clock = clock;
    this.progress = progress;
    Event[] all = new Event[works.size()];
    int most = 0;
    for (int i = 0; i < all.length; i++) {
      Work work = works.get(i);
      all[i] = work.readableEvent();
      most = Math.max(most, work.failures + work.record.previousAttempts());
    }
    this.events = new Events(all);
    this.attempt = most + 1;
  }

  void start(long nowNs, long timeoutNs, Instant wallTime) {
    startNs = nowNs;
    deadlineNs = nowNs + timeoutNs;
    sharedDeadlineNs = deadlineNs;
    deadline = wallTime.plusNanos(timeoutNs);
  }

  @Override
  public String function() {
    return route.functionName();
  }

  @Override
  public String account() {
    return route.account();
  }

  @Override
  public List<Event> events() {
    return events;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Instant deadline() {
    return deadline;
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofNanos(Math.max(0, sharedDeadlineNs - clock.getAsLong()));
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (cancelLock) {
      if (!cancelled) {
        if (cancelActions == null) {
          cancelActions = new ArrayList<>(2);
        }
        cancelActions.add(action);
        return;
      }
    }
    runCancelAction(action);
  }

  /** Cancels, once. Runs user code, so never on the core thread. */
  void cancel() {
    List<Runnable> actions;
    synchronized (cancelLock) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      actions = cancelActions == null ? List.of() : cancelActions;
      cancelActions = null;
    }
    actions.forEach(this::runCancelAction);
  }

  private void runCancelAction(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.warn("{}: a cancel action of the function failed", function(), e);
    }
  }

  @Override
  public void progress(double fraction, String note) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be between 0 and 1: " + fraction);
    }
    progress.progress(this, fraction, note);
  }

  /** An unmodifiable view of an array. */
  private static final class Events extends AbstractList<Event> implements RandomAccess {
    private final Event[] all;

    private Events(Event[] all) {
      this.all = all;
    }

    @Override
    public Event get(int index) {
      return all[index];
    }

    @Override
    public int size() {
      return all.length;
    }
  }
}
