package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.schedule.FairSchedule;
import io.penstock.source.tasks.schedule.FairSchedule.End;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.Loaded;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskSpec;
import io.penstock.source.tasks.store.TaskStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that this worker has in memory: a bounded head of what waits, in the schedule, and what is
 * out. What lies behind the heads is counted, and loaded when there is room. Intake thread.
 */
final class Waiting {

  private static final int MOST_AT_ONCE = 2_048;

  private final TaskStore store;
  private final FairSchedule schedule;
  private final Heads heads;
  private final Map<Long, Known> known = new HashMap<>();

  Waiting(TaskStore store, FairSchedule schedule, int maxTasks) {
    this.store = store;
    this.schedule = schedule;
    this.heads = new Heads(maxTasks);
  }

  Heads heads() {
    return heads;
  }

  /** A task that is in memory; null if it isn't. */
  @Nullable Known find(long number) {
    return known.get(number);
  }

  boolean has(long number) {
    return known.containsKey(number);
  }

  /** All that are in memory; a copy. */
  List<Known> all() {
    return List.copyOf(known.values());
  }

  /** A task whose ticket is in the schedule. */
  Known scheduled(long number) {
    Known here = known.get(number);
    if (here == null) {
      throw new IllegalStateException("task " + number + " is in the schedule, not in memory");
    }
    return here;
  }

  /** A task waits for its turn now; it comes into memory if there is room. */
  void enqueued(StoredTask task, byte @Nullable [] payload) {
    if (known.containsKey(task.number()) || !store.owns(task.spec())) {
      return;
    }
    Heads.Function function = Heads.Function.of(task);
    boolean isUrgent =
        task.priority() > 0 || task.spec().deadlineMs() != TaskSpec.NEVER; // may overtake
    if (heads.takesNew(function) || isUrgent && heads.room(function) > 0) {
      enter(task, payload);
    } else {
      heads.behind(function, 1);
    }
  }

  /** A task waits in the schedule from now on. */
  void enter(StoredTask task, byte @Nullable [] payload) {
    Known entered = new Known(task, payload);
    known.put(task.number(), entered);
    add(entered);
  }

  /** A task that was known waits in the schedule again. */
  void add(Known here) {
    schedule.add(here.ticket());
    heads.entered(Heads.Function.of(here.task));
  }

  /** A task was taken out of the schedule by the schedule itself. */
  void taken(Known here) {
    heads.left(Heads.Function.of(here.task));
  }

  /** A task that waits in memory is like this now; answers whether it still waits there. */
  boolean isNow(Known here, StoredTask task) {
    withdraw(here);
    forget(here);
    if (isInQueue(task)) {
      enter(task, here.payload);
      return true;
    }
    schedule.abandoned(here.ticket());
    return false;
  }

  static boolean isInQueue(StoredTask task) {
    TaskState state = task.life().state();
    return state == TaskState.ENQUEUED || state == TaskState.RETRYING;
  }

  /** Takes a task out of the schedule, if it is there. */
  void withdraw(Known here) {
    if (schedule.remove(here.task.number())) {
      taken(here);
    }
  }

  void forget(Known here) {
    known.remove(here.task.number(), here);
  }

  /** A task is another worker's, or gone: nothing more is done about it here. */
  void drop(Known here) {
    here.isGone = true;
    withdraw(here);
    schedule.ended(here.task.number(), End.UNTRIED, 0);
    schedule.abandoned(here.ticket());
    forget(here);
  }

  /** Loads what is wanted next of functions that have little in memory. */
  void refill(int slots) {
    for (Heads.Function function : heads.hungry(16)) {
      int room = heads.room(function);
      // Those that wait here are read again, and those that are out and not yet kept as such.
      int here = heads.inMemory(function) + slots;
      int most = room + Math.min(here, MOST_AT_ONCE);
      List<Loaded> found = store.enqueued(function.account(), function.name(), most);
      int entered = 0;
      for (Loaded one : found) {
        if (entered < room && !known.containsKey(one.task().number())) {
          enter(one.task(), one.payload());
          entered++;
        }
      }
      if (found.size() < most && entered < room) {
        heads.nothingBehind(function);
      } else {
        heads.behind(function, -entered);
        heads.somethingBehind(function);
      }
    }
  }
}
