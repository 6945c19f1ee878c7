package io.penstock.source.tasks.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Leases;
import io.penstock.postgres.SharedPostgres;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.TaskStore.Order;
import io.penstock.testkit.contract.MemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With many tasks in the store, what is asked takes about as long as with few. */
@Tag("soak")
class ManyTasksTest {

  private static final int FEW = 10_000;
  private static final int MANY = Integer.getInteger("penstock.tasks.many", 10_000_000);
  private static final int GROUP = 1_000;
  private static final int TIMES = 400;
  private static final int PAGE = 50;

  /** A factor that is below what would be noticed, and above noise of tenths of a millisecond. */
  private static final double FACTOR = 2;

  private static final double NOISE_MS = 0.5;

  @TempDir Path folder;

  private final AtomicLong nowMs = new AtomicLong(1_790_000_000_000L);
  private TaskNumbers numbers;
  private TaskStore store;

  @Test
  void sqlite() {
    store = SqliteTaskStore.open(folder.resolve("tasks.db"), "tasks", Failpoints.NONE);
    compare();
  }

  @Test
  void postgres() {
    store =
        PostgresTaskStore.open(
            PostgresTaskStoreTest.source(SharedPostgres.server().newDatabase()),
            Leases.ofSoleWorker(new MemoryStateStore()),
            "jobs",
            Failpoints.NONE);
    compare();
  }

  private void compare() {
    try {
      store.join(new NoListener());
      Awaitility.await().until(() -> store.ownedShare() == 1);
      numbers = store.numbers(() -> Instant.ofEpochMilli(nowMs.get()));
      fill(FEW);
      measure(); // a warm-up
      Map<String, Double> few = measure();
      fill(MANY - FEW);
      measure();
      Map<String, Double> many = measure();
      few.forEach(
          (what, ms) ->
              System.out.printf(
                  "%-28s %8.3f ms with %,d, %8.3f ms with %,d%n",
                  what, ms, FEW, many.get(what), MANY));
      few.forEach(
          (what, ms) ->
              assertThat(many.get(what)).as(what).isLessThanOrEqualTo(ms * FACTOR + NOISE_MS));
      assertPurgeIsShort();
    } finally {
      store.close();
    }
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /** Each comes to its end; one in a thousand has failed, and one in ten thousand waits. */
  private void fill(int count) {
    CompletionStage<?> before = null;
    for (int done = 0; done < count; done += GROUP) {
      nowMs.addAndGet(60_000); // a week for ten million
      List<NewTask> made = new ArrayList<>(GROUP);
      for (int i = 0; i < GROUP; i++) {
        made.add(TestTasks.of(numbers, i % 100 == 7 ? "rare" : "common"));
      }
      get(store.submit(made));
      List<Change> changes = new ArrayList<>(GROUP);
      for (int i = done % 10_000 == 0 ? 1 : 0; i < GROUP; i++) {
        StoredTask task = made.get(i).task();
        TaskAction end = i == 500 ? TaskAction.FAIL : TaskAction.COMPLETE;
        changes.add(
            new Change(
                task.life().version(),
                TestTasks.after(task, nowMs.get(), TaskAction.TAKE, TaskAction.START, end),
                null));
      }
      if (before != null) {
        get(before);
      }
      before = store.save(changes);
    }
    if (before != null) {
      get(before);
    }
  }

  /** The median of many times, in milliseconds. */
  private static double median(Runnable what) {
    double[] times = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long begin = System.nanoTime();
      what.run();
      times[i] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(times);
    return times[TIMES / 2];
  }

  private double list(Optional<String> function, Set<TaskState> states, Order order) {
    TaskFilter all = TaskFilter.all(TestTasks.ACCOUNT);
    TaskFilter filter =
        new TaskFilter(all.account(), function, states, "", all.fromMs(), all.toMs());
    return median(() -> store.list(filter, order, Optional.empty(), PAGE));
  }

  private Map<String, Double> measure() {
    Map<String, Double> times = new LinkedHashMap<>();
    times.put("submit", median(() -> get(store.submit(List.of(TestTasks.of(numbers, "common"))))));
    times.put("submit 100", median(this::submitMany));
    for (Order order : Order.values()) {
      String which = order == Order.NEWEST_FIRST ? ", newest" : ", oldest";
      times.put("list" + which, list(Optional.empty(), Set.of(), order));
      times.put("function" + which, list(Optional.of("rare"), Set.of(), order));
      times.put("failed" + which, list(Optional.empty(), Set.of(TaskState.FAILED), order));
      times.put("enqueued" + which, list(Optional.empty(), Set.of(TaskState.ENQUEUED), order));
      times.put("stopped" + which, list(Optional.empty(), Set.of(TaskState.STOPPED), order));
      times.put(
          "failed of function" + which,
          list(Optional.of("common"), Set.of(TaskState.FAILED), order));
    }
    return times;
  }

  private void submitMany() {
    List<NewTask> made = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      made.add(TestTasks.of(numbers, "common"));
    }
    get(store.submit(made));
  }

  /** While much is thrown away, nobody who hands in a task waits long. */
  private void assertPurgeIsShort() {
    long cutMs = nowMs.get() - Duration.ofMinutes(1).toMillis();
    long worstNs = 0;
    for (int i = 0; i < 200; i++) {
      CompletionStage<Integer> purged = store.purge(cutMs, 500);
      long begin = System.nanoTime();
      get(store.submit(List.of(TestTasks.of(numbers, "common"))));
      worstNs = Math.max(worstNs, System.nanoTime() - begin);
      get(purged);
    }
    System.out.printf("the longest submit beside a purge: %.1f ms%n", worstNs / 1e6);
    assertThat(worstNs).isLessThan(Duration.ofSeconds(1).toNanos());
  }
}
