package io.penstock.source.tasks.store;

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
 */
public interface TaskStore extends AutoCloseable {

  /** Keeps new tasks, all or none, but for those whose ids are taken. */
  CompletionStage<List<Submitted>> submit(List<NewTask> tasks);

  /** Makes changes, each only if its version is still the one that is kept; answers which. */
  CompletionStage<List<Boolean>> save(List<Change> changes);

  /**
   * Changes tasks as they are when their turn comes.
   *
   * @param numbers which; those that aren't kept are left out of the answer
   * @param alteration called on the store's thread; must not block
   * @param result kept with each that was changed, and succeeded; or null
   */
  CompletionStage<List<Altered>> alter(
      Collection<Long> numbers, Alteration alteration, @Nullable Result result);

  /** Removes tasks that have come to their end; answers how many. */
  CompletionStage<Integer> delete(Collection<Long> numbers);

  /**
   * Removes tasks that came to their end before a time, oldest first.
   *
   * @param most how many at most, so that nobody else waits long
   */
  CompletionStage<Integer> purge(long endedBeforeMs, int most);

  /** The enqueued tasks of a function that come first: by priority, deadline and number. */
  List<Loaded> enqueued(String account, String function, int most);

  /** The delayed and retrying tasks whose time has come, earliest first. */
  List<StoredTask> due(long nowMs, int most);

  /** When the next delayed or retrying task is due; empty if there is none. */
  Optional<Long> nextDueMs();

  /** Retrying tasks that a worker meant to try again itself: their due time is never. */
  List<StoredTask> parked(int most);

  /** Tasks that wait and should have begun before a time, earliest first. */
  List<StoredTask> late(long nowMs, int most);

  /** Tasks that a worker has, by number. */
  List<StoredTask> held(long afterNumber, int most);

  /** All retrying tasks with an order key. */
  List<StoredTask> keyedRetries();

  /** How many tasks are enqueued, by account and function. */
  List<Backlog> backlogs();

  /** How many tasks are delayed or retrying, by account and function. */
  List<Backlog> putOff();

  /** The payloads of these tasks. */
  Map<Long, byte[]> payloads(Collection<Long> numbers);

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

  /** The highest number that was given. */
  long lastNumber();

  @Override
  void close();

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
