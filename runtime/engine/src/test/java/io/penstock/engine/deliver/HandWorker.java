package io.penstock.engine.deliver;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/** A worker that is stepped by hand. */
final class HandWorker implements SerialWorker {

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean ended;

  @Override
  public void execute(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("the worker has ended");
    }
    tasks.add(task);
  }

  @Override
  public void end() {
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  int waiting() {
    return tasks.size();
  }

  /** Runs everything. */
  void run() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
  }
}
