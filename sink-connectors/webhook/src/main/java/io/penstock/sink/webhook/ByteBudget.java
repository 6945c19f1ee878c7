package io.penstock.sink.webhook;

/**
 * How many bytes may be under way. Whoever wants more waits until others have ended; one that is larger
 * than all of it goes alone. Thread-safe.
 */
final class ByteBudget {

  private final long limit;
  private long used;
  private boolean closed;

  ByteBudget(long limit) {
    this.limit = limit;
  }

  /**
   * Takes bytes, and waits for them if need be.
   *
   * @return whether it has them: not if it was closed or the thread interrupted meanwhile
   */
  synchronized boolean take(long bytes) {
    try {
      while (!closed && used > 0 && used + bytes > limit) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    if (!closed) {
      used += bytes;
    }
    return !closed;
  }

  /** Gives bytes back. */
  synchronized void give(long bytes) {
    used -= bytes;
    notifyAll();
  }

  /** Nobody waits any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized long used() {
    return used;
  }
}
