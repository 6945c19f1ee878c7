package io.penstock.sink.kafka;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Notices calls that get no answer at all. A producer lets records expire, but not while it waits for
 * its producer id, which it asks for with the first record: if the broker goes away just then, they
 * would wait until it comes back. Looks only while calls are open. Thread-safe.
 */
final class Watch {

  private final Duration limit;
  private final Executor afterLimit;
  private final LongSupplier nanoTime;
  private final Runnable whenStuck;
  private final AtomicInteger openCalls = new AtomicInteger();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile long lastNs;

  /**
   * A watch over no calls.
   *
   * @param limit how long calls may be open while none of them ends
   * @param afterLimit runs a task when so much time has passed
   * @param whenStuck called each time the limit has passed, on the executor's thread
   */
  Watch(Duration limit, Executor afterLimit, LongSupplier nanoTime, Runnable whenStuck) {
    this.limit = limit;
    this.afterLimit = afterLimit;
    this.nanoTime = nanoTime;
    this.whenStuck = whenStuck;
  }

  /** A call begins. */
  void began() {
    if (openCalls.getAndIncrement() == 0) {
      lastNs = nanoTime.getAsLong();
    }
    lookLater();
  }

  /** A call has its answer. */
  void ended() {
    lastNs = nanoTime.getAsLong();
    openCalls.decrementAndGet();
  }

  private void lookLater() {
    if (looking.compareAndSet(false, true)) {
      afterLimit.execute(this::look);
    }
  }

  private void look() {
    looking.set(false);
    if (openCalls.get() == 0) {
      return;
    }
    if (nanoTime.getAsLong() - lastNs >= limit.toNanos()) {
      whenStuck.run();
    }
    if (openCalls.get() > 0) {
      lookLater();
    }
  }
}
