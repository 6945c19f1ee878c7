package io.penstock.source.tasks.desk;

import io.penstock.connector.ConnectorException;
import io.penstock.source.tasks.schedule.FairSchedule.Aside;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.Partitions;
import io.penstock.source.tasks.store.StoreListener;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.Backlog;
import io.penstock.source.tasks.store.TaskStore.By;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this worker has of the tasks, and what other workers do: partitions come and go, others hand in
 * tasks and change them. Told on any thread, done on the intake thread.
 */
final class Sharing implements StoreListener {

  private static final Logger log = LoggerFactory.getLogger(Sharing.class);

  private static final int SOME = 500;
  private static final long LOOK_NS = Duration.ofSeconds(5).toNanos();
  private static final long PAUSES_NS = Duration.ofSeconds(1).toNanos();

  private final TaskDesk desk;
  private final TaskStore store;
  private final Pauses pauses;
  private final Set<Integer> gained = new LinkedHashSet<>();
  private final Set<Integer> leaving = new HashSet<>();
  private final Map<Long, TaskState> changed = new LinkedHashMap<>();
  private final Map<Long, Integer> seen = new HashMap<>(); // versions of watched tasks
  private final Set<Aside> paused = new HashSet<>();
  private long nextLookNs;
  private long nextPausesNs;
  private boolean hasLooked;

  Sharing(TaskDesk desk, TaskStore store, Pauses pauses) {
    this.desk = desk;
    this.store = store;
    this.pauses = pauses;
  }

  // ---- told by the store

  @Override
  public void gained(int partition) {
    desk.inbox()
        .add(
            () -> {
              leaving.remove(partition);
              gained.add(partition);
            });
  }

  @Override
  public void wanted(int partition) {
    desk.inbox().add(() -> leaving.add(partition));
  }

  @Override
  public void lost(int partition) {
    desk.inbox().add(() -> drop(partition));
  }

  @Override
  public void submitted(
      int partition, String account, String function, int enqueued, int delayed, long nextDueMs) {
    desk.inbox()
        .add(
            () -> {
              desk.counts()
                  .open()
                  .add(new Backlog(account, function, enqueued + delayed), partition);
              if (enqueued > 0) {
                desk.waiting().heads().behind(new Heads.Function(account, function), enqueued);
              }
              desk.upkeep().due(nextDueMs);
            });
  }

  @Override
  public void changed(long number, TaskState before) {
    desk.inbox().add(() -> changed.putIfAbsent(number, before));
  }

  @Override
  public void missed() {
    desk.inbox().add(() -> hasLooked = false);
  }

  // ---- done

  /** Takes part in the work. */
  void open() {
    pauses.all().forEach(what -> pause(what, true));
    store.join(this);
    desk.inbox().run();
    takeOver();
  }

  /** Often, about ten times a second. */
  void run(long nowNs) {
    try {
      takeOver();
      readChanged();
    } catch (ConnectorException e) {
      log.warn("what other workers have left is read again: {}", e.getMessage());
    }
    for (int partition : List.copyOf(leaving)) {
      letGo(partition);
    }
    if (store.ownedShare() < 1) {
      readWatched();
      lookForMissed(nowNs);
      readPauses(nowNs);
    }
  }

  private void takeOver() {
    for (int partition : List.copyOf(gained)) {
      recover(partition);
      gained.remove(partition);
    }
    desk.counts().open().share(store.ownedShare());
  }

  /** What the worker before had is lost to it; everything that waits is counted. */
  private void recover(int partition) {
    long nowMs = desk.nowMs();
    int lost = 0;
    long after = -1;
    List<StoredTask> some;
    while (!(some = store.held(partition, after, SOME)).isEmpty()) {
      after = some.get(some.size() - 1).number();
      lost += alter(some, Steps.lost("the worker ended", nowMs));
    }
    while (!(some = store.parked(partition, SOME)).isEmpty()) {
      if (alter(some, task -> Optional.of(task.withDue(0))) == 0) {
        break;
      }
    }
    if (lost > 0) {
      log.info("{} tasks were under way when the worker before ended", lost);
    }
    for (StoredTask task : store.keyedRetries(partition)) {
      if (!desk.waiting().has(task.number())) {
        desk.schedule().outside(Tickets.of(task)); // it keeps its place
      }
    }
    OpenTasks open = desk.counts().open();
    open.drop(partition);
    store.putOff(partition).forEach(backlog -> open.add(backlog, partition));
    for (Backlog backlog : store.backlogs(partition)) {
      open.add(backlog, partition);
      desk.waiting()
          .heads()
          .behind(new Heads.Function(backlog.account(), backlog.function()), backlog.tasks());
    }
    store.nextDueMs().ifPresent(desk.upkeep()::due);
    desk.reports().look();
  }

  /** Changes those that aren't here; answers how many were. */
  private int alter(List<StoredTask> tasks, Steps.Step step) {
    List<Long> numbers = new ArrayList<>();
    for (StoredTask task : tasks) {
      if (!desk.waiting().has(task.number())) {
        numbers.add(task.number());
      }
    }
    if (numbers.isEmpty()) {
      return 0;
    }
    try {
      return (int)
          store
              .alter(By.OWNER, numbers, desk.owing().of(step)::on, null)
              .toCompletableFuture()
              .join()
              .stream()
              .filter(Altered::isChanged)
              .count();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ConnectorException known ? known : e;
    }
  }

  /** Nothing more of a partition is handed out; when nothing is out any more, another has it. */
  private void letGo(int partition) {
    boolean isClear = true;
    for (Known here : desk.waiting().all()) {
      if (here.partition() == partition) {
        if (here.record == null && !here.isEnding && here.saving == 0) {
          desk.waiting().drop(here);
        } else {
          isClear = false;
        }
      }
    }
    if (isClear && leaving.remove(partition)) {
      forget(partition);
      store.release(partition);
    }
  }

  private void drop(int partition) {
    log.warn("{}: partition {} of the tasks is another worker's now", desk.connector(), partition);
    for (Known here : desk.waiting().all()) {
      if (here.partition() == partition) {
        desk.drop(here);
      }
    }
    gained.remove(partition);
    leaving.remove(partition);
    forget(partition);
  }

  private void forget(int partition) {
    desk.schedule().forgetKeys(key -> Partitions.ofKey(key) == partition);
    desk.counts().open().drop(partition);
    desk.counts().open().share(store.ownedShare());
  }

  /** Others have changed tasks of this worker. */
  private void readChanged() {
    if (changed.isEmpty()) {
      return;
    }
    List<Long> numbers = changed.keySet().stream().limit(SOME).toList();
    for (StoredTask task : store.tasks(numbers)) {
      TaskState before = changed.get(task.number());
      if (before != null && store.owns(task.spec())) {
        desk.changed(new Altered(in(task, before), task));
        desk.inbox().changed(task);
      }
    }
    numbers.forEach(changed::remove);
  }

  private static StoredTask in(StoredTask task, TaskState state) {
    TaskLife life = task.life();
    return new StoredTask(
        task.spec(),
        new TaskLife(
            state, life.delivery(), life.version(), life.attempts(), life.crashes(), life.log()),
        task.priority(),
        task.dueMs(),
        task.startedMs(),
        task.endedMs(),
        task.progress());
  }

  /** Somebody waits here for tasks that others do. */
  private void readWatched() {
    List<Long> numbers = desk.inbox().watchedNumbers(SOME);
    seen.keySet().retainAll(numbers);
    if (numbers.isEmpty()) {
      return;
    }
    for (StoredTask task : store.tasks(numbers)) {
      Integer version = seen.put(task.number(), task.life().version());
      if (version == null || version != task.life().version()) {
        desk.inbox().changed(task);
      }
    }
  }

  /** What was handed in elsewhere and not heard of, for whatever reason. */
  private void lookForMissed(long nowNs) {
    if (hasLooked && nowNs - nextLookNs < 0) {
      return;
    }
    hasLooked = true;
    nextLookNs = nowNs + LOOK_NS;
    for (Backlog one : store.enqueuedFunctions()) {
      desk.waiting().heads().somethingBehind(new Heads.Function(one.account(), one.function()));
    }
    store.nextDueMs().ifPresent(desk.upkeep()::due);
    desk.reports().look();
  }

  private void readPauses(long nowNs) {
    if (nowNs - nextPausesNs < 0) {
      return;
    }
    nextPausesNs = nowNs + PAUSES_NS;
    Set<Aside> now = pauses.read();
    List.copyOf(paused).stream()
        .filter(one -> !now.contains(one))
        .forEach(one -> pause(one, false));
    now.forEach(one -> pause(one, true));
  }

  /** Nothing more of a function or an account is handed out, or it goes on. */
  void pause(Aside what, boolean isPaused) {
    if (isPaused ? paused.add(what) : paused.remove(what)) {
      desk.schedule().aside(what, isPaused);
    }
  }
}
