package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.placement.Load;
import io.penstock.source.tasks.schedule.FairSchedule.Aside;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.NewTask;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.Submitted;
import io.penstock.source.tasks.store.TaskSpec;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.By;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What people and programs do to tasks. Thread-safe. */
public final class Tasks {

  private final TaskStore store;
  private final TaskDesk desk;
  private final Inbox inbox;
  private final Pauses pauses;
  private final InstantSource clock;

  /** Over a store and the desk that works with it. */
  public Tasks(TaskStore store, TaskDesk desk, Inbox inbox, Pauses pauses, InstantSource clock) {
    this.store = store;
    this.pauses = pauses;
    this.desk = desk;
    this.inbox = inbox;
    this.clock = clock;
  }

  /** Where they are kept; for reading. */
  public TaskStore store() {
    return store;
  }

  /** Calls back when something has become of a task. */
  public Inbox inbox() {
    return inbox;
  }

  /** How many tasks each account has. */
  public OpenTasks open() {
    return desk.counts().open();
  }

  /** What became of the tasks of each function. */
  public Statistics statistics() {
    return desk.counts().statistics();
  }

  /** How many tasks of a function wait and are out, about a second ago; empty if none are. */
  public Optional<Load> load(String account, String function) {
    return desk.queues().load(account, function);
  }

  /** How the queues are. */
  public Queues.View queues() {
    return desk.view();
  }

  /** Keeps tasks of one account; whoever calls has reserved them in {@link #open}. */
  public CompletionStage<List<Submitted>> submit(List<NewTask> tasks) {
    String account = tasks.get(0).task().spec().account();
    return store
        .submit(tasks)
        .whenComplete(
            (answers, failure) -> {
              open().settled(account, tasks.size());
              if (failure != null) {
                return;
              }
              List<NewTask> kept = new ArrayList<>(tasks.size());
              for (int i = 0; i < answers.size(); i++) {
                StoredTask task = tasks.get(i).task();
                if (answers.get(i) instanceof Submitted.Kept && store.owns(task.spec())) {
                  open().kept(task);
                  kept.add(tasks.get(i));
                }
              }
              inbox.add(() -> kept.forEach(one -> desk.submitted(one.task(), one.payload())));
            });
  }

  /**
   * Does something to tasks, as far as it is allowed in the state that each is in.
   *
   * @param by who wants it
   */
  public CompletionStage<List<Altered>> act(
      Collection<Long> numbers, TaskAction action, String by) {
    return act(numbers, action, "", by);
  }

  /**
   * Does something to tasks for a reason.
   *
   * @param cause for people
   * @param by who wants it; empty for the system itself
   */
  public CompletionStage<List<Altered>> act(
      Collection<Long> numbers, TaskAction action, String cause, String by) {
    return alter(numbers, task -> acted(task, action, new Occasion(clock.millis(), cause, by)));
  }

  /** How much an account counts against others from now on. */
  public void weight(String account, double weight) {
    inbox.add(() -> desk.schedule().weight(account, weight));
  }

  private static Optional<StoredTask> acted(StoredTask task, TaskAction action, Occasion occasion) {
    long nowMs = occasion.atMs();
    if (action == TaskAction.RERUN && task.spec().latestMs() <= nowMs) {
      return Optional.empty();
    }
    return task.life()
        .after(action, occasion)
        .map(life -> task.with(life, nowMs))
        .map(
            next -> {
              boolean isBack =
                  next.life().state() == TaskState.ENQUEUED
                      && (action == TaskAction.RESUME || action == TaskAction.RERUN);
              if (!isBack) {
                return next;
              }
              if (action == TaskAction.RERUN || next.dueMs() == TaskSpec.NEVER) {
                return next.withDue(0);
              }
              return next.dueMs() <= nowMs
                  ? next
                  : next.life()
                      .after(TaskAction.DELAY, Occasion.at(nowMs))
                      .map(life -> next.with(life, nowMs))
                      .orElse(next);
            });
  }

  /** Gives waiting tasks another priority. */
  public CompletionStage<List<Altered>> prioritise(
      Collection<Long> numbers, int priority, String by) {
    Occasion occasion = new Occasion(clock.millis(), "to " + priority, by);
    return alter(
        numbers,
        task ->
            task.spec().orderKey().isPresent()
                ? Optional.empty()
                : task.life()
                    .after(TaskAction.SET_PRIORITY, occasion)
                    .map(life -> task.with(life, occasion.atMs()).withPriority(priority)));
  }

  private CompletionStage<List<Altered>> alter(
      Collection<Long> numbers, TaskStore.Alteration alteration) {
    return store
        .alter(By.ANYBODY, numbers, desk.owing().of(alteration::of)::on, null)
        .whenComplete(
            (altered, failure) -> {
              if (altered == null) {
                return;
              }
              inbox.add(
                  () -> {
                    for (Altered one : altered) {
                      if (one.isChanged() && store.owns(one.after().spec())) {
                        desk.changed(one);
                      }
                    }
                  });
              altered.stream()
                  .filter(Altered::isChanged)
                  .forEach(one -> inbox.changed(one.after()));
            });
  }

  /** What is paused of functions and accounts. */
  public Set<Aside> paused() {
    return pauses.all();
  }

  /** Pauses a function or an account, or lets it go on; blocks until that is durable. */
  public void pause(Aside what, boolean isPaused) {
    if (pauses.change(what, isPaused)) {
      inbox.add(() -> desk.sharing().pause(what, isPaused));
    }
  }

  /** Removes tasks that have come to their end; answers how many. */
  public CompletionStage<Integer> delete(Collection<Long> numbers) {
    return store.delete(numbers);
  }
}
