package io.penstock.engine.fake;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A sink in memory that takes everything, until a test says otherwise. Thread-safe. */
public final class FakeSink implements Sink {

  private final Ordering ordering;
  private final int maxRecords;
  private final List<SinkRecord> stored = new ArrayList<>();
  private volatile Function<SinkRecord, SinkOutcome> decide = r -> SinkOutcome.Delivered.INSTANCE;
  private volatile Runnable onOpen = () -> {};
  private volatile Runnable onClose = () -> {};
  private volatile boolean silent;
  private int calls;
  private int closed;

  /** A sink that keeps order. */
  public FakeSink() {
    this(Ordering.KEPT);
  }

  /** A sink that treats order like this. */
  public FakeSink(Ordering ordering) {
    this(ordering, Integer.MAX_VALUE);
  }

  /** A sink that treats order like this, and takes so many records a call. */
  public FakeSink(Ordering ordering, int maxRecords) {
    this.ordering = ordering;
    this.maxRecords = maxRecords;
  }

  /** What becomes of each record from now on; runs on the sink's thread. */
  public void decide(Function<SinkRecord, SinkOutcome> how) {
    decide = how;
  }

  /** From now on it never answers, or does again. */
  public void silent(boolean isSilent) {
    silent = isSilent;
  }

  /** Runs at each open; may throw. */
  public void onOpen(Runnable action) {
    onOpen = action;
  }

  /** Runs at close; may throw. */
  public void onClose(Runnable action) {
    onClose = action;
  }

  /** The ids of the events it has, in order. */
  public synchronized List<String> ids() {
    return stored.stream().map(r -> r.event().id()).toList();
  }

  /** What it has, in order. */
  public synchronized List<SinkRecord> stored() {
    return List.copyOf(stored);
  }

  /** How often it was called. */
  public synchronized int calls() {
    return calls;
  }

  /** How often it was closed. */
  public synchronized int closed() {
    return closed;
  }

  @Override
  public Ordering ordering() {
    return ordering;
  }

  @Override
  public int maxRecords() {
    return maxRecords;
  }

  @Override
  public void open(SinkContext context) {
    onOpen.run();
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    synchronized (this) {
      calls++;
    }
    if (silent) {
      return new CompletableFuture<>();
    }
    List<SinkOutcome> outcomes = new ArrayList<>();
    boolean failed = false;
    for (SinkRecord record : records) {
      SinkOutcome outcome =
          failed && ordering == Ordering.KEPT
              ? SinkOutcome.NotTried.INSTANCE
              : decide.apply(record);
      failed |= outcome instanceof SinkOutcome.Retry || outcome instanceof SinkOutcome.Throttled;
      if (outcome instanceof SinkOutcome.Delivered) {
        synchronized (this) {
          stored.add(record);
        }
      }
      outcomes.add(outcome);
    }
    return CompletableFuture.completedFuture(outcomes);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed++;
    }
    onClose.run();
  }
}
