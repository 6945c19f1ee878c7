package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.store.StoredTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What other threads tell the intake thread, and what waits for news of a task. Thread-safe. */
public final class Inbox {

  private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<Long, List<Consumer<StoredTask>>> watchers =
      new ConcurrentHashMap<>();
  private final AtomicBoolean hasNews = new AtomicBoolean();
  private volatile @Nullable Thread intake;

  /** Has this done on the intake thread, soon. Any thread. */
  public void add(Runnable task) {
    news.add(task);
    if (hasNews.compareAndSet(false, true)) {
      LockSupport.unpark(intake);
    }
  }

  /** Has this done on the intake thread when it next looks after everything. Any thread. */
  void later(Runnable task) {
    later.add(task);
  }

  /** Does what was added. Intake thread. */
  void run() {
    hasNews.set(false);
    Runnable task;
    while ((task = news.poll()) != null) {
      task.run();
    }
  }

  /** Does what was put off. Intake thread. */
  void runLater() {
    for (int i = later.size(); i > 0; i--) {
      Runnable task = later.poll();
      if (task != null) {
        task.run();
      }
    }
  }

  /** Waits until something is added, somebody wakes the thread, or the time is over. Intake thread. */
  public void await(long nanos) {
    intake = Thread.currentThread();
    if (!hasNews.get()) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  /** Calls back when something has become of a task, on any thread, until it is closed. */
  public AutoCloseable watch(long number, Consumer<StoredTask> watcher) {
    watchers.computeIfAbsent(number, key -> new CopyOnWriteArrayList<>()).add(watcher);
    return () ->
        watchers.computeIfPresent(
            number,
            (key, all) -> {
              all.remove(watcher);
              return all.isEmpty() ? null : all;
            });
  }

  /** Some of the tasks that are watched. */
  List<Long> watchedNumbers(int most) {
    return watchers.keySet().stream().limit(most).toList();
  }

  /** How many tasks are watched. */
  public int watched() {
    return watchers.size();
  }

  /** Something has become of a task, and that is durable. */
  void changed(StoredTask task) {
    List<Consumer<StoredTask>> all = watchers.get(task.number());
    if (all != null) {
      new ArrayList<>(all).forEach(watcher -> watcher.accept(task));
    }
  }
}
