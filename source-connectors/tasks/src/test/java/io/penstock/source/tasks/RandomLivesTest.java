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
import io.penstock.source.tasks.store.TaskStore.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of what senders, steerers, functions, clocks and crashes do. Whatever happens,
 * each task that was taken comes to one end, over a path that the table allows.
 */
class RandomLivesTest extends SourceBench {

  private static final int SEEDS = 25;
  private static final int STEPS = 160;

  private final Map<Long, SourceRecord> held = new HashMap<>();
  private final Set<Long> running = new HashSet<>();

  @Test
  void everyTaskComesToOneEndOverALegalPath() {
    for (long seed = 0; seed < SEEDS; seed++) {
      live(new Random(seed));
      finish();
      check(seed);
      source.tasks().delete(numbers()).toCompletableFuture().join();
    }
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
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> hand(random);
        case 3, 4 -> begin(random);
        case 5, 6 -> end(random);
        case 7, 8, 9 -> steer(random);
        case 10 -> time(random);
        default -> {
          if (random.nextInt(6) == 0) {
            crash();
          }
        }
      }
      dropCancelled(random);
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
  }

  private void begin(Random random) {
    for (SourceRecord record : take(1 + random.nextInt(3))) {
      assertThat(held.put(record.position(), record)).as("handed over twice").isNull();
    }
    for (SourceRecord record : List.copyOf(held.values())) {
      if (!running.contains(record.position()) && random.nextBoolean()) {
        source.started(List.of(record));
        if (!cancelled.contains(record)) {
          running.add(record.position());
        }
      }
    }
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
    switch (random.nextInt(4)) {
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
    switch (random.nextInt(6)) {
      case 0 -> tasks.act(List.of(number), TaskAction.STOP, "test");
      case 1 -> tasks.act(List.of(number), TaskAction.PAUSE, "test");
      case 2, 3 -> tasks.act(List.of(number), TaskAction.RESUME, "test");
      case 4 -> tasks.act(List.of(number), TaskAction.RERUN, "test");
      default -> tasks.prioritise(List.of(number), random.nextInt(9), "test");
    }
    if (random.nextBoolean()) {
      settle();
    }
  }

  private void time(Random random) {
    nowMs.addAndGet(random.nextInt(4_000));
    if (random.nextInt(5) == 0) {
      nowMs.addAndGet(12_000); // beyond every lease: what is held is handed over again
      held.clear();
      running.clear();
    } else {
      source.renew(List.copyOf(held.values()));
    }
    settle();
  }

  private void crash() {
    held.clear();
    running.clear();
    killAndReopen();
  }

  private void finish() {
    for (int round = 0; round < 200; round++) {
      List<StoredTask> open =
          all().stream().filter(task -> !task.life().state().isFinal()).toList();
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
      for (SourceRecord record : take(50)) {
        held.put(record.position(), record);
      }
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
    assertThat(all()).allMatch(task -> task.life().state().isFinal());
  }

  private void check(long seed) {
    settle();
    assertThat(held).as("seed %s", seed).isEmpty();
    assertThat(take(100)).as("seed %s", seed).isEmpty();
    assertThat(source.tasks().open().of("default")).as("open tasks, seed %s", seed).isZero();
    for (StoredTask task : all()) {
      assertThat(task.life().state().isFinal()).isTrue();
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
