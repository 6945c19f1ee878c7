package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.TaskTransitions;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskFilter;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of what senders, steerers, functions, clocks and crashes do, while queues are
 * allocated and taken back. After each step things are as a model says; and whatever happens, each task
 * that was taken comes to one end, over a path that the table allows, or was deleted after it; and of an
 * end that came about without the engine, its sinks were told.
 */
class RandomLivesTest extends SourceBench {

  private static final int SEEDS = 25;
  private static final int STEPS = 160;

  private final Map<Long, SourceRecord> held = new HashMap<>();
  private final Set<Long> running = new HashSet<>();
  private final Map<Long, SourceRecord> reports = new HashMap<>(); // under way
  private final Set<Long> told = new HashSet<>();
  private final Set<Long> model = new TreeSet<>(); // those that are kept
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private int promotions;
  private int reclaims;

  @Test
  void everyTaskComesToOneEndOverALegalPath() {
    hasSinks = true;
    reopenWith(Map.of("slots", 6L));
    for (long seed = 0; seed < SEEDS; seed++) {
      model.clear();
      told.clear();
      live(new Random(seed));
      finish();
      idle();
      check(seed);
      source.tasks().delete(numbers()).toCompletableFuture().join();
    }
    assertThat(promotions).isPositive();
    assertThat(reclaims).isPositive();
  }

  private List<StoredTask> all() {
    return source
        .tasks()
        .store()
        .list(TaskFilter.all("default"), Order.OLDEST_FIRST, Optional.empty(), 10_000);
  }

  private List<Long> numbers() {
    return all().stream().map(StoredTask::number).toList();
  }

  private void live(Random random) {
    for (int step = 0; step < STEPS; step++) {
      int queues = lanes.size();
      switch (step == STEPS / 2 ? -1 : random.nextInt(13)) {
        case -1 -> hurt();
        case 0, 1, 2 -> hand(random);
        case 3, 4 -> begin(random);
        case 5, 6 -> end(random);
        case 7, 8, 9 -> steer(random);
        case 10, 11 -> time(random);
        default -> {
          if (random.nextInt(6) == 0) {
            crash();
          }
        }
      }
      dropCancelled(random);
      promotions += Math.max(0, lanes.size() - queues);
      reclaims += Math.max(0, queues - lanes.size());
      assertModel();
    }
  }

  /** What is kept is what was taken and not deleted, and as many are open as are counted. */
  private void assertModel() {
    settle();
    List<StoredTask> all = all();
    assertThat(all).extracting(StoredTask::number).containsExactlyElementsOf(model);
    long open =
        all.stream()
            .map(task -> task.life().state())
            .filter(state -> !state.isFinal() && state != TaskState.PAUSED)
            .count();
    assertThat(source.tasks().open().of("default")).isEqualTo(open);
    for (StoredTask task : all) {
      if (held.containsKey(task.number()) && running.contains(task.number())) {
        assertThat(task.life().state().isFinal()).as("%s", task.life().log()).isFalse();
      }
    }
  }

  private void hand(Random random) {
    String more =
        switch (random.nextInt(4)) {
          case 0 -> ",\"delay\":\"" + random.nextInt(5) + "s\"";
          case 1 -> ",\"orderKey\":\"k" + random.nextInt(2) + "\"";
          case 2 -> ",\"priority\":" + random.nextInt(5);
          default -> "";
        };
    submit("{\"function\":\"" + (random.nextBoolean() ? "crop" : "resize") + "\"" + more + "}");
    List<StoredTask> all = all();
    model.add(all.get(all.size() - 1).number());
  }

  private void begin(Random random) {
    begin(random, 1 + random.nextInt(3), false);
  }

  private void begin(Random random, int most, boolean all) {
    takeSome(most);
    for (SourceRecord report : List.copyOf(reports.values())) {
      switch (random.nextInt(4)) {
        case 0, 1 -> told(report, random.nextBoolean());
        case 2 -> {
          reports.remove(report.position());
          source.release(report, Duration.ZERO);
        }
        default -> {} // its sinks take their time
      }
    }
    for (SourceRecord record : List.copyOf(held.values())) {
      if (!running.contains(record.position()) && (all || random.nextBoolean())) {
        source.started(List.of(record));
        if (!cancelled.contains(record)) {
          running.add(record.position());
        }
      }
    }
  }

  private void takeSome(int most) {
    for (SourceRecord record : take(most)) {
      boolean isReport = record.verdict() != null;
      assertThat((isReport ? reports : held).put(record.position(), record))
          .as("handed over twice")
          .isNull();
      if (isReport) {
        assertThat(source.tasks().store().tasks(List.of(record.position())))
            .allMatch(StoredTask::isOwed)
            .hasSize(1);
        told.add(record.position());
      }
    }
  }

  private void told(SourceRecord report, boolean isRefused) {
    reports.remove(report.position());
    source.settled(
        List.of(new Settled(report, isRefused ? Settlement.DEAD_LETTERED : Settlement.DELIVERED)));
  }

  private Optional<SourceRecord> one(Random random) {
    List<Long> some = new ArrayList<>(running);
    return some.isEmpty()
        ? Optional.empty()
        : Optional.of(held.get(some.get(random.nextInt(some.size()))));
  }

  private void end(Random random) {
    Optional<SourceRecord> chosen = one(random);
    if (chosen.isEmpty()) {
      return;
    }
    SourceRecord record = chosen.get();
    // One of the functions fails most of the time.
    switch (random.nextInt(4) * ("crop".equals(record.route()) ? random.nextInt(2) : 1)) {
      case 0 -> {
        ended(record, new AttemptEnd.Retried(Duration.ofMillis(200), "X", "failed"));
        running.remove(record.position());
        if (cancelled.contains(record)) {
          over(record, Settlement.DROPPED);
        } else if (random.nextBoolean()) {
          source.release(record, Duration.ofSeconds(11));
          held.remove(record.position());
        }
      }
      case 1 -> {
        if (cancelled.contains(record)) {
          over(record, Settlement.DROPPED);
        } else {
          ended(record, new AttemptEnd.GivenUp("X", "given up"));
          over(record, Settlement.DROPPED);
        }
      }
      default -> {
        ended(record, new AttemptEnd.Done(List.of()));
        over(record, Settlement.DELIVERED);
        settle();
        // A completion wins over whatever was asked for meanwhile.
        StoredTask task = source.tasks().store().tasks(List.of(record.position())).get(0);
        assertThat(task.life().state()).isEqualTo(TaskState.SUCCEEDED);
      }
    }
  }

  private void over(SourceRecord record, Settlement settlement) {
    running.remove(record.position());
    held.remove(record.position());
    source.settled(List.of(new Settled(record, settlement)));
  }

  /** As the engine does: what it was asked to drop and what doesn't run is settled. */
  private void dropCancelled(Random random) {
    for (SourceRecord record : List.copyOf(held.values())) {
      if (cancelled.contains(record)
          && (!running.contains(record.position()) || random.nextInt(4) == 0)) {
        over(record, Settlement.DROPPED);
      }
    }
  }

  private void steer(Random random) {
    List<StoredTask> all = all();
    if (all.isEmpty()) {
      return;
    }
    long number = all.get(random.nextInt(all.size())).number();
    Tasks tasks = source.tasks();
    switch (random.nextInt(7)) {
      case 0 -> act(number, TaskAction.STOP);
      case 1 -> act(number, TaskAction.PAUSE);
      case 2, 3 -> act(number, TaskAction.RESUME);
      case 4 -> act(number, TaskAction.RERUN);
      case 5 -> {
        settle();
        boolean isOver = tasks.store().tasks(List.of(number)).get(0).life().state().isFinal();
        int deleted = tasks.delete(List.of(number)).toCompletableFuture().join();
        assertThat(deleted).isEqualTo(isOver ? 1 : 0);
        if (isOver) {
          model.remove(number);
        }
      }
      default -> tasks.prioritise(List.of(number), random.nextInt(9), "test");
    }
    if (random.nextBoolean()) {
      settle();
    }
  }

  /** What comes of it is what the table says of the state that it was in. */
  private void act(long number, TaskAction action) {
    source
        .tasks()
        .act(List.of(number), action, "test")
        .thenAccept(
            all -> {
              for (Altered one : all) {
                TaskState before = one.before().life().state();
                Optional<TaskState> next = TaskTransitions.next(before, action);
                TaskState after = one.after().life().state();
                if (one.isChanged()
                    && after != TaskState.DELAYED
                    && !next.equals(Optional.of(after))) {
                  wrong.add(before + " became " + after + " by " + action);
                }
              }
            });
  }

  private void time(Random random) {
    nowMs.addAndGet(random.nextInt(4_000));
    if (random.nextInt(12) == 0) {
      nowMs.addAndGet(12_000); // beyond every lease: what is held is handed over again
      held.clear();
      running.clear();
    } else {
      source.renew(List.copyOf(held.values()));
    }
    settle();
  }

  /** One function has all the slots for some seconds, while the other waits. */
  private void hurt() {
    for (int i = 0; i < 12; i++) {
      submit(
          "{\"function\":\""
              + (i < 8 ? "crop" : "resize")
              + "\",\"priority\":"
              + (i < 8 ? 9 : 0)
              + "}");
    }
    all().forEach(task -> model.add(task.number()));
    begin(new Random(0), 12, true);
    for (int second = 0; second < 5; second++) {
      nowMs.addAndGet(1_000);
      source.renew(List.copyOf(held.values()));
      settle();
    }
  }

  /** Nothing is left to do: queues that were allocated are taken back. */
  private void idle() {
    int queues = lanes.size();
    for (int minute = 0; minute < 7; minute++) {
      nowMs.addAndGet(60_000);
      settle();
    }
    assertThat(lanes).containsExactly("shared");
    reclaims += queues - 1;
  }

  private void crash() {
    held.clear();
    running.clear();
    reports.clear();
    killAndReopen();
  }

  private void finish() {
    for (int round = 0; round < 200; round++) {
      List<StoredTask> open =
          all().stream().filter(task -> !task.life().state().isFinal() || task.isOwed()).toList();
      if (open.isEmpty()) {
        return;
      }
      for (StoredTask task : open) {
        if (task.life().state() == TaskState.PAUSED) {
          source.tasks().act(List.of(task.number()), TaskAction.RESUME, "test");
        }
      }
      nowMs.addAndGet(3_000);
      source.renew(List.copyOf(held.values()));
      takeSome(50);
      List.copyOf(reports.values()).forEach(report -> told(report, false));
      for (SourceRecord record : List.copyOf(held.values())) {
        if (!cancelled.contains(record) && running.add(record.position())) {
          source.started(List.of(record));
        }
        if (cancelled.contains(record)) {
          over(record, Settlement.DROPPED);
        } else {
          ended(record, new AttemptEnd.Done(List.of()));
          over(record, Settlement.DELIVERED);
        }
      }
      settle();
    }
    assertThat(all()).allMatch(task -> task.life().state().isFinal() && !task.isOwed());
  }

  /** Whether the engine did not bring it to its end. */
  private static boolean endedInTheStore(StoredTask task) {
    List<Transition> log = task.life().log().entries();
    return task.life().state() == TaskState.STOPPED
        || log.get(log.size() - 1).action() == TaskAction.QUARANTINE;
  }

  private void check(long seed) {
    settle();
    assertThat(wrong).isEmpty();
    assertThat(all()).extracting(StoredTask::number).containsExactlyElementsOf(model);
    assertThat(held).as("seed %s", seed).isEmpty();
    assertThat(reports).as("seed %s", seed).isEmpty();
    assertThat(take(100)).as("seed %s", seed).isEmpty();
    assertThat(source.tasks().open().of("default")).as("open tasks, seed %s", seed).isZero();
    for (StoredTask task : all()) {
      assertThat(task.life().state().isFinal()).isTrue();
      if (endedInTheStore(task)) {
        assertThat(told).as("seed %s: %s", seed, task.life().log()).contains(task.number());
      }
      TaskState state = null;
      if (task.life().log().leftOut() > 0) {
        continue;
      }
      for (Transition entry : task.life().log().entries()) {
        Optional<TaskState> next =
            state == null
                ? Optional.of(TaskTransitions.first(entry.action()))
                : TaskTransitions.next(state, entry.action());
        assertThat(next).as("seed %s: %s", seed, task.life().log()).contains(entry.state());
        state = entry.state();
      }
      assertThat(state).isEqualTo(task.life().state());
    }
  }
}
