package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the tasks of each function since the worker started, and how long that took. Of a
 * bounded number of functions, those that came first. Thread-safe.
 */
public final class Statistics {

  private static final int MAX_FUNCTIONS = 20_000;

  /** Of one function of an account. */
  public static final class OfFunction {

    private final Map<TaskState, LongAdder> ends = new EnumMap<>(TaskState.class);
    private final Times waiting = new Times();
    private final Times running = new Times();

    private OfFunction() {
      for (TaskState state : TaskState.values()) {
        if (state.isFinal()) {
          ends.put(state, new LongAdder());
        }
      }
    }

    /** How many tasks came to that end. */
    public long ended(TaskState state) {
      LongAdder count = ends.get(state);
      return count == null ? 0 : count.sum();
    }

    /** From when they could begin to when they did. */
    public Times waiting() {
      return waiting;
    }

    /** From the first attempt's beginning to the end. */
    public Times running() {
      return running;
    }
  }

  private final ConcurrentMap<Heads.Function, OfFunction> all = new ConcurrentHashMap<>();

  /** Of a function; empty if none of its tasks has ended. */
  public Optional<OfFunction> of(String account, String function) {
    return Optional.ofNullable(all.get(new Heads.Function(account, function)));
  }

  /** A change of a task is durable, and perhaps its end; to be told of each once. */
  void changed(StoredTask before, StoredTask task) {
    if (before.life().state().isFinal() || !task.life().state().isFinal()) {
      return;
    }
    Heads.Function function = Heads.Function.of(task);
    OfFunction of =
        all.size() < MAX_FUNCTIONS
            ? all.computeIfAbsent(function, key -> new OfFunction())
            : all.get(function);
    if (of == null) {
      return;
    }
    LongAdder count = of.ends.get(task.life().state());
    if (count != null) {
      count.increment();
    }
    if (task.startedMs() > 0) {
      of.waiting.add(task.startedMs() - Math.max(task.spec().submittedMs(), task.dueMs()));
      of.running.add(task.endedMs() - task.startedMs());
    }
  }
}
