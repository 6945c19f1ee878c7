package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.Partitions;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore.Backlog;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many tasks of each account are neither at their end nor put aside. A worker that shares tasks
 * with others counts those of its partitions, and takes the rest to be like them. Thread-safe.
 */
public final class OpenTasks {

  /** Behind the partitions: what is about to be kept. */
  private static final int RESERVED = Partitions.COUNT;

  private final ConcurrentMap<String, AtomicLongArray> counts = new ConcurrentHashMap<>();
  private volatile double share = 1;

  private AtomicLongArray count(String account) {
    return counts.computeIfAbsent(account, key -> new AtomicLongArray(RESERVED + 1));
  }

  /** Of one account. */
  public long of(String account) {
    AtomicLongArray count = counts.get(account);
    if (count == null) {
      return 0;
    }
    long sum = 0;
    for (int i = 0; i < Partitions.COUNT; i++) {
      sum += count.get(i);
    }
    double part = share;
    long all = part == 1 || part == 0 ? sum : Math.round(sum / part);
    return Math.max(0, all + count.get(RESERVED));
  }

  /** How much of all tasks this worker has, from 0 to 1. */
  void share(double part) {
    share = part;
  }

  void add(Backlog backlog, int partition) {
    count(backlog.account()).addAndGet(partition, backlog.tasks());
  }

  /** A partition isn't this worker's. */
  void drop(int partition) {
    counts.values().forEach(count -> count.set(partition, 0));
  }

  /** Some are about to be kept; answers whether they are no more than that then, and counts them. */
  public boolean reserve(String account, int tasks, long most) {
    AtomicLongArray count = count(account);
    count.addAndGet(RESERVED, tasks);
    if (of(account) <= most) {
      return true;
    }
    count.addAndGet(RESERVED, -tasks);
    return false;
  }

  /** What was reserved is kept, or not after all. */
  void settled(String account, int tasks) {
    count(account).addAndGet(RESERVED, -tasks);
  }

  /** A task of this worker was kept. */
  void kept(StoredTask task) {
    count(task.spec().account()).incrementAndGet(Partitions.of(task.spec()));
  }

  /** A change of a task is durable; to be told of each once. */
  void changed(StoredTask before, StoredTask after) {
    int more = open(after) - open(before);
    if (more != 0) {
      count(after.spec().account()).addAndGet(Partitions.of(after.spec()), more);
    }
  }

  private static int open(StoredTask task) {
    TaskState state = task.life().state();
    return state.isFinal() || state == TaskState.PAUSED ? 0 : 1;
  }
}
