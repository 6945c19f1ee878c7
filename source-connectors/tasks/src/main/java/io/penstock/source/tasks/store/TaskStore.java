package io.penstock.source.tasks.store;

import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tasks. What changes them answers later, when the change is durable, on a thread of the store
 * that must not be kept; what is asked at the same time shares one transaction. What reads blocks.
 * Thread-safe. A failure of the store is a {@link io.penstock.connector.ConnectorException}.
 *
 * <p>Tasks lie in {@link Partitions}, each of which one worker has at a time. Everybody may hand in
 * tasks and ask for changes of any; what a worker does with the tasks of its partitions is refused
 * once another has the partition.
 */
public interface TaskStore extends AutoCloseable {

  /** Takes part in the work from now on: tells of what this worker has. Called once. */
  void join(StoreListener listener);

  /** Whether this worker has the partition of a task. */
  boolean owns(TaskSpec task);

  /** Which part of all tasks this worker has, from 0 to 1. */
  double ownedShare();

  /** Lets another worker have a partition. */
  void release(int partition);

  /** Keeps new tasks, all or none, but for those whose ids are taken. */
  CompletionStage<List<Submitted>> submit(List<NewTask> tasks);

  /**
   * Makes changes to tasks of this worker's partitions, each only if its version is still the one
   * that is kept; answers which.
   */
  CompletionStage<List<Boolean>> save(List<Change> changes);

  /**
   * Changes tasks as they are when their turn comes.
   *
   * @param by those of other workers are left out if it is {@link By#OWNER}
   * @param numbers which; those that aren't kept are left out of the answer
   * @param alteration called on the store's thread; must not block
   * @param result kept with each that was changed, and succeeded; or null
   */
  CompletionStage<List<Altered>> alter(
      By by, Collection<Long> numbers, Alteration alteration, @Nullable Result result);

  /** Removes tasks that have come to their end; answers how many. */
  CompletionStage<Integer> delete(Collection<Long> numbers);

  /**
   * Removes tasks that came to their end before a time, oldest first, but for those that are owed; a
   * store that keeps them by the day may leave those of that day.
   *
   * @param most how many at most are removed one by one, so that nobody else waits long; if the
   *     answer is as many, there may be more
   */
  CompletionStage<Integer> purge(long endedBeforeMs, int most);

  // ---- the schedule: of this worker's partitions

  /** The enqueued tasks of a function that come first: by priority, deadline and number. */
  List<Loaded> enqueued(String account, String function, int most);

  /** The delayed and retrying tasks whose time has come, earliest first. */
  List<StoredTask> due(long nowMs, int most);

  /** When the next delayed or retrying task is due; empty if there is none. */
  Optional<Long> nextDueMs();

  /** Tasks that wait and should have begun before a time, earliest first. */
  List<StoredTask> late(long nowMs, int most);

  /** The payloads of these tasks. */
  Map<Long, byte[]> payloads(Collection<Long> numbers);

  /** The functions of which anything is enqueued, with one task each. */
  List<Backlog> enqueuedFunctions();

  /**
   * The oldest tasks of a function whose ends sinks are yet to be told of.
   *
   * @param by whether only those of this worker's partitions
   */
  List<StoredTask> owed(By by, String account, String function, int most);

  /** The functions of which {@link #owed} would find anything in some partition, with one task each. */
  List<Backlog> owingFunctions();

  // ---- what the worker before has left in a partition

  /** Tasks that a worker has, by number. */
  List<StoredTask> held(int partition, long afterNumber, int most);

  /** Retrying tasks that a worker meant to try again itself: their due time is never. */
  List<StoredTask> parked(int partition, int most);

  /** All retrying tasks with an order key. */
  List<StoredTask> keyedRetries(int partition);

  /** How many tasks are enqueued, by account and function. */
  List<Backlog> backlogs(int partition);

  /** How many tasks are delayed or retrying, by account and function. */
  List<Backlog> putOff(int partition);

  // ---- what people ask

  /** Tasks as they are; those that aren't kept are left out. */
  List<StoredTask> tasks(Collection<Long> numbers);

  /** What the function made of a task. */
  Optional<Result> result(long number);

  /** The task of an account with that id. */
  Optional<StoredTask> find(String account, String id);

  /**
   * Tasks by number.
   *
   * @param cursor goes on behind this number; empty begins at the beginning
   */
  List<StoredTask> list(TaskFilter filter, Order order, Optional<Long> cursor, int most);

  /** Gives numbers to new tasks. */
  TaskNumbers numbers(InstantSource clock);

  @Override
  void close();

  /** Who makes a change. */
  enum By {
    /** The worker that has the task. */
    OWNER,
    /** Whoever may steer it. */
    ANYBODY
  }

  /** In which order tasks are listed. */
  enum Order {
    /** The oldest first. */
    OLDEST_FIRST,
    /** The newest first. */
    NEWEST_FIRST
  }

  /** How many tasks of a function there are. */
  record Backlog(String account, String function, long tasks) {}

  /** Makes of a task what it is to be; empty leaves it as it is. */
  @FunctionalInterface
  interface Alteration {
    /** What it is to be. */
    Optional<StoredTask> of(StoredTask task);
  }

  /**
   * What became of a task that was to be changed.
   *
   * @param before as it was
   * @param after as it is; the same if it was left so
   */
  record Altered(StoredTask before, StoredTask after) {

    /** Whether anything was changed. */
    public boolean isChanged() {
      return before != after;
    }
  }
}
