package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.store.TaskStore.Altered;

/** How many tasks there are, and what became of them. Thread-safe. */
public final class Counts {

  private final OpenTasks open = new OpenTasks();
  private final Statistics statistics = new Statistics();

  /** How many tasks each account has. */
  public OpenTasks open() {
    return open;
  }

  /** What became of the tasks of each function. */
  public Statistics statistics() {
    return statistics;
  }

  /** A change of a task is durable; to be told of each once. */
  void changed(Altered altered) {
    open.changed(altered.before(), altered.after());
    statistics.changed(altered.before(), altered.after());
  }
}
