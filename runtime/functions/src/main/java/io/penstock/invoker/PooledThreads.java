package io.penstock.invoker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded pool of platform threads. A new thread is made only when none is idle, and of the idle
 * ones the last to become so goes first: those that are not needed stay idle, and end. (A {@link
 * java.util.concurrent.ThreadPoolExecutor} can't be bounded, queue and do that at the same time.)
 */
final class PooledThreads implements FunctionThreads {

  private static final Logger LOG = LoggerFactory.getLogger(PooledThreads.class);

  private final String prefix;
  private final int max;
  private final long idleNs;

  private final Object lock = new Object();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Set<Thread> alive = new HashSet<>();
  private long made;
  private boolean closed;

  PooledThreads(String prefix, int max, Duration idle) {
    this.prefix = prefix;
    this.max = max;
    this.idleNs = idle.toNanos();
  }

  @Override
  public void start(Runnable task) {
    Thread toWake;
    synchronized (lock) {
      if (closed) {
        throw new RejectedExecutionException("the function is closed");
      }
      Worker free = idle.pollFirst();
      if (free != null) {
        free.next = task;
        toWake = free.thread;
      } else if (alive.size() < max) {
        new Worker(prefix + ++made, task).begin();
        return;
      } else {
        waiting.add(task);
        return;
      }
    }
    LockSupport.unpark(toWake);
  }

  @Override
  public List<Thread> alive() {
    synchronized (lock) {
      return List.copyOf(alive);
    }
  }

  @Override
  public void close() {
    List<Worker> toWake;
    synchronized (lock) {
      closed = true;
      toWake = List.copyOf(idle);
    }
    toWake.forEach(worker -> LockSupport.unpark(worker.thread));
  }

  private final class Worker implements Runnable {

    private final Thread thread;
    private @Nullable Runnable next; // guarded by lock

    Worker(String name, Runnable first) {
      this.thread = new Thread(null, this, name, 0, false);
      this.next = first;
      thread.setDaemon(true);
    }

    /** Starts the thread; counts it only if the system gives one. Called with the lock. */
    void begin() {
      alive.add(thread);
      try {
        thread.start();
      } catch (Throwable e) {
        alive.remove(thread);
        throw e;
      }
    }

    @Override
    public void run() {
      Runnable task = take();
      while (task != null) {
        try {
          task.run();
        } catch (Throwable e) { // tasks don't throw; a defect must not cost the thread
          LOG.error("a task on {} broke", thread.getName(), e);
        }
        task = take();
      }
    }

    /** The next task, waiting for it; null when the thread is to end. */
    private @Nullable Runnable take() {
      long idleSinceNs = System.nanoTime();
      boolean listed = false;
      while (true) {
        long leftNs = idleNs - (System.nanoTime() - idleSinceNs);
        synchronized (lock) {
          Runnable task = next == null ? waiting.poll() : next;
          next = null;
          if (task != null) {
            return task; // start() has taken this worker off the idle list, or it was not on it
          }
          if (closed || leftNs <= 0) {
            idle.remove(this);
            alive.remove(thread);
            return null;
          }
          if (!listed) {
            idle.addFirst(this);
            listed = true;
          }
        }
        LockSupport.parkNanos(this, leftNs);
        Thread.interrupted(); // else it would not park again
      }
    }
  }
}
