package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore.Backlog;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** How many tasks of each account are neither at their end nor put aside. Thread-safe. */
public final class OpenTasks {

  private final ConcurrentMap<String, AtomicLong> counts = new ConcurrentHashMap<>();

  private AtomicLong count(String account) {
    return counts.computeIfAbsent(account, key -> new AtomicLong());
  }

  /** Of one account. */
  public long of(String account) {
    AtomicLong count = counts.get(account);
    return count == null ? 0 : Math.max(0, count.get());
  }

  void add(Backlog backlog) {
    count(backlog.account()).addAndGet(backlog.tasks());
  }

  /** Some are about to be kept; answers whether they are no more than that then, and counts them. */
  public boolean reserve(String account, int tasks, long most) {
    AtomicLong count = count(account);
    if (count.addAndGet(tasks) <= most) {
      return true;
    }
    count.addAndGet(-tasks);
    return false;
  }

  /** Some were not kept after all. */
  public void free(String account, int tasks) {
    count(account).addAndGet(-tasks);
  }

  /** A change of a task is durable; to be told of each once. */
  void changed(StoredTask before, StoredTask after) {
    int more = open(after) - open(before);
    if (more != 0) {
      count(after.spec().account()).addAndGet(more);
    }
  }

  private static int open(StoredTask task) {
    TaskState state = task.life().state();
    return state.isFinal() || state == TaskState.PAUSED ? 0 : 1;
  }
}
