package io.penstock.server.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a command that runs until it is stopped to stop. Thread-safe. */
public final class StopSignal {

  private final CountDownLatch requested = new CountDownLatch(1);
  private volatile boolean heeded;

  /** From now on somebody ends in order when asked; others are simply ended. */
  void heed() {
    heeded = true;
  }

  /** Whether it is worth asking. */
  public boolean isHeeded() {
    return heeded;
  }

  /** Asks; true for the first who does. */
  public synchronized boolean request() {
    boolean first = requested.getCount() > 0;
    requested.countDown();
    return first;
  }

  /** Whether somebody asked. */
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits until somebody asks. An interrupt is the same as asking, and is kept. */
  public void await() {
    await(Duration.ofNanos(Long.MAX_VALUE));
  }

  /** Waits until somebody asks, at most this long; true if somebody did. */
  public boolean await(Duration most) {
    try {
      return requested.await(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
