package io.penstock.source.tasks.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.Failpoints;
import io.penstock.postgres.SharedPostgres;
import io.penstock.source.tasks.TestLeases;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.TaskStore.By;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one worker may do to the tasks of another, and what it hears of it. */
class PostgresSharingTest {

  private static final String DATABASE = SharedPostgres.server().newDatabase();
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final String connector = "jobs-" + TESTS.incrementAndGet();
  private final TestLeases leases = new TestLeases();
  private final Worker first = new Worker();
  private final Worker second = new Worker();

  /** A store and what it has told. */
  private final class Worker extends NoListener {
    private final TestLeases.OfWorker own = leases.worker();
    private final TaskStore store =
        PostgresTaskStore.open(
            PostgresTaskStoreTest.source(DATABASE), own, connector, Failpoints.NONE);
    private final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
    private final AtomicLong handedIn = new AtomicLong();
    private final ConcurrentMap<Long, TaskState> changed = new ConcurrentHashMap<>();
    private final TaskNumbers numbers = store.numbers(InstantSource.system());

    @Override
    public void gained(int partition) {
      partitions.add(partition);
    }

    @Override
    public void wanted(int partition) {
      partitions.remove(partition);
      store.release(partition);
    }

    @Override
    public void lost(int partition) {
      partitions.remove(partition);
    }

    @Override
    public void submitted(
        int partition, String account, String function, int enqueued, int delayed, long nextDueMs) {
      handedIn.addAndGet(enqueued);
    }

    @Override
    public void changed(long number, TaskState before) {
      changed.put(number, before);
    }

    StoredTask keep() {
      NewTask made = TestTasks.of(numbers, "resize");
      get(store.submit(List.of(made)));
      return made.task();
    }

    boolean run(StoredTask task) {
      StoredTask running = TestTasks.after(task, 2, TaskAction.TAKE, TaskAction.START);
      return get(store.save(List.of(new Change(task.life().version(), running, null)))).get(0);
    }
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @AfterEach
  void close() {
    first.store.close();
    second.store.close();
  }

  private static StoredTask ownedBy(Worker owner, Worker gateway) {
    while (true) {
      StoredTask task = gateway.keep();
      if (owner.store.owns(task.spec())) {
        return task;
      }
    }
  }

  private void share() {
    first.store.join(first);
    await().until(() -> first.partitions.size() == Partitions.COUNT);
    second.store.join(second);
    await()
        .until(
            () ->
                first.partitions.size() == Partitions.COUNT / 2
                    && second.partitions.size() == Partitions.COUNT / 2);
    assertThat(first.partitions).doesNotContainAnyElementsOf(second.partitions);
  }

  @Test
  void workersShareThePartitionsEquallyAndTakeWhatIsLeft() {
    share();
    second.store.close();
    await().until(() -> first.partitions.size() == Partitions.COUNT);
  }

  @Test
  void aPartitionThatCouldNotBeTakenIsTriedAgain() throws SQLException {
    execute("ALTER TABLE part RENAME TO away");
    first.store.join(first);
    await().until(() -> first.own.granted() > 2);
    assertThat(first.partitions).isEmpty();
    execute("ALTER TABLE away RENAME TO part");
    await().until(() -> first.partitions.size() == Partitions.COUNT);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = PostgresTaskStoreTest.source(DATABASE).getConnection();
        Statement statement = connection.createStatement()) {
      connection.setSchema("penstock_tasks_" + connector);
      statement.execute(sql);
    }
  }

  @Test
  void onlyTheOwnerWritesWhatBecomesOfATask() {
    share();
    StoredTask task = ownedBy(second, first);
    assertThat(first.run(task)).isFalse();
    assertThat(get(first.store.alter(By.OWNER, List.of(task.number()), Optional::of, null)))
        .isEmpty();
    assertThat(second.run(task)).isTrue();
  }

  @Test
  void theOwnerHearsWhatOthersDo() {
    share();
    await().until(() -> first.handedIn.get() == 0);
    StoredTask task = ownedBy(second, first);
    await().until(() -> second.handedIn.get() > 0);
    get(
        first.store.alter(
            By.ANYBODY,
            List.of(task.number()),
            one -> one.life().after(TaskAction.STOP, Occasion.at(3)).map(next -> one.with(next, 3)),
            null));
    await().until(() -> second.changed.get(task.number()) == TaskState.ENQUEUED);
    assertThat(second.store.tasks(List.of(task.number())).get(0).life().state())
        .isEqualTo(TaskState.STOPPED);
  }

  @Test
  void aWorkerThatSleptThroughItsLeaseChangesNothing() {
    first.store.join(first);
    await().until(() -> first.partitions.size() == Partitions.COUNT);
    List<StoredTask> tasks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tasks.add(first.keep());
    }
    first.own.expireUnnoticed();
    second.store.join(second);
    await().until(() -> !second.partitions.isEmpty());
    int refused = 0;
    for (StoredTask task : tasks) {
      assertThat(first.store.owns(task.spec())).isTrue(); // it thinks so
      if (second.partitions.contains(Partitions.of(task.spec()))) {
        assertThat(first.run(task)).isFalse();
        assertThat(second.run(task)).isTrue();
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
