package io.penstock.invoker;

import java.time.Duration;
import java.util.List;

/**
 * The threads that run a function's code, apart from those of Penstock and of other functions.
 * Thread-safe.
 */
interface FunctionThreads {

  /**
   * Runs a task soon, without blocking the caller. A task must not throw.
   *
   * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
   */
  void start(Runnable task);

  /** The threads that are alive now. */
  List<Thread> alive();

  /** Takes no more tasks; a thread ends as soon as it has nothing left to do. Doesn't wait. */
  void close();

  /**
   * Virtual threads if they are wanted and the JVM has them, one a task; else a pool.
   *
   * @param prefix of the threads' names, for example {@code penstock-fn-orders-}
   * @param max how many pool threads there are at most
   * @param idle how long a pool thread stays with nothing to do
   */
  static FunctionThreads of(String prefix, int max, Duration idle, boolean virtualWanted) {
    if (virtualWanted) {
      var factory = VirtualThreads.factory(prefix);
      if (factory.isPresent()) {
        return new VirtualThreads(factory.get());
      }
    }
    return new PooledThreads(prefix, max, idle);
  }
}
