package io.penstock.engine.fake;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.Source;
import io.penstock.connector.SourceContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the fake sources have in common: scripted trouble, and waiting for records. Thread-safe. */
public abstract class FakeSource implements Source {

  /** Waits for what the core answers. */
  public interface Waiter {
    /** Returns when the stage is done; answers what it holds. */
    Map<Lane, LaneCommit> await(CompletionStage<Map<Lane, LaneCommit>> stage);
  }

  private final ArrayDeque<Runnable> onOpen = new ArrayDeque<>();
  private final ArrayDeque<Runnable> onPoll = new ArrayDeque<>();
  private final List<Demand> demands = new ArrayList<>();
  private Waiter waiter = FakeSource::awaitBriefly;
  private @Nullable SourceContext context;
  private int opened;
  private int polls;
  private int closed;
  private Runnable onClose = () -> {};

  private static Map<Lane, LaneCommit> awaitBriefly(CompletionStage<Map<Lane, LaneCommit>> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the core did not answer", e);
    }
  }

  /** Waits for the core in another way than blocking. */
  public void waiter(Waiter other) {
    waiter = other;
  }

  /** At the next open this runs, on the intake's thread; it may throw. */
  public synchronized void onOpen(Runnable action) {
    onOpen.add(action);
  }

  /** At the next poll this runs before anything else, on the intake's thread; it may throw. */
  public synchronized void onPoll(Runnable action) {
    onPoll.add(action);
    notifyAll();
  }

  /** When it is closed this runs, after the lanes are given up. */
  public synchronized void onClose(Runnable action) {
    onClose = action;
  }

  /** How often it was opened. */
  public synchronized int opened() {
    return opened;
  }

  /** How often it was polled. */
  public synchronized int polls() {
    return polls;
  }

  /** How often it was closed. */
  public synchronized int closed() {
    return closed;
  }

  /** What it was asked for, poll by poll. */
  public synchronized List<Demand> demands() {
    return List.copyOf(demands);
  }

  /** What it was opened with. */
  public final SourceContext context() {
    SourceContext known = context;
    if (known == null) {
      throw new IllegalStateException("not opened");
    }
    return known;
  }

  @Override
  public void open(SourceContext opening) {
    Runnable action;
    synchronized (this) {
      opened++;
      action = onOpen.poll();
    }
    if (action != null) {
      action.run();
    }
    context = opening;
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    Runnable action;
    synchronized (this) {
      polls++;
      demands.add(demand);
      action = onPoll.poll();
    }
    if (action != null) {
      action.run();
    }
    List<LaneRecords> found = take(demand);
    if (found.isEmpty() && !maxWait.isZero()) {
      waitFor(maxWait);
      found = take(demand);
    }
    return found;
  }

  private synchronized void waitFor(Duration maxWait) {
    try {
      wait(Math.max(1, maxWait.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  abstract List<LaneRecords> take(Demand demand);

  final Map<Lane, LaneCommit> revoke(Collection<Lane> lanes) {
    return waiter.await(context().lanes().revoking(lanes));
  }

  /** Gives up everything. */
  abstract void leave();

  @Override
  public void close() {
    synchronized (this) {
      closed++;
    }
    if (context != null) {
      leave();
    }
    onClose.run();
  }
}
