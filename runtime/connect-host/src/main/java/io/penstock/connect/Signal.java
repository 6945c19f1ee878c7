package io.penstock.connect;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes the one thread that waits for something to have changed. */
final class Signal {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean raised;

  /** Something has changed. */
  void raise() {
    lock.lock();
    try {
      raised = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is raised, but not longer than this, and lowers it. An interrupt ends the wait. */
  void await(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!raised && left > 0) {
        left = changed.awaitNanos(left);
      }
      raised = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #await(long)} in milliseconds. */
  void awaitMs(long millis) {
    await(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
