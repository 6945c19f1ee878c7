package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.Failpoints;
import io.penstock.connector.StateStore;
import io.penstock.postgres.SharedPostgres;
import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskFilter;
import io.penstock.source.tasks.store.TaskStore.Order;
import io.penstock.testkit.contract.MemoryStateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Two workers with one PostgreSQL: either takes tasks for both, and what one leaves the other does. */
class TwoWorkersTest {

  private static final Duration LONG = Duration.ofSeconds(40);

  private final PGSimpleDataSource database = new PGSimpleDataSource();
  private final StateStore state = new MemoryStateStore();
  private final TestLeases leases = new TestLeases();
  private final TestLeases.OfWorker firstLeases = leases.worker();
  private final TestLeases.OfWorker secondLeases = leases.worker();
  private SharedWorker first;
  private SharedWorker second;

  @BeforeEach
  void start() {
    String url = SharedPostgres.server().url(SharedPostgres.server().newDatabase());
    database.setUrl(url.replaceFirst("^postgresql://.*@", "jdbc:postgresql://"));
    database.setUser("postgres");
    database.setPassword("postgres");
    first = new SharedWorker(database, firstLeases, state, Failpoints.NONE);
    second = new SharedWorker(database, secondLeases, state, Failpoints.NONE);
    await().atMost(LONG).until(() -> share(first) == 0.5 && share(second) == 0.5);
  }

  private static double share(SharedWorker worker) {
    return worker.source.tasks().store().ownedShare();
  }

  @AfterEach
  void end() {
    first.close();
    second.close();
  }

  private static void submit(SharedWorker worker, String... ids) {
    List<String> tasks = new ArrayList<>();
    for (String id : ids) {
      tasks.add("{\"id\":\"" + id + "\"}");
    }
    TestAnswer answer =
        worker.ask("POST", "/tasks", "{\"tasks\":[" + String.join(",", tasks) + "]}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private List<StoredTask> all() {
    return second
        .source
        .tasks()
        .store()
        .list(TaskFilter.all("default"), Order.OLDEST_FIRST, Optional.empty(), 10_000);
  }

  private StoredTask task(String id) {
    return second.source.tasks().store().find("default", id).orElseThrow();
  }

  private TaskState stateOf(String id) {
    return task(id).life().state();
  }

  @Test
  void eitherTakesTasksForBothAndEachIsDoneOnce() {
    int each = 300;
    for (int i = 0; i < each; i += 10) {
      String[] ids = new String[10];
      for (int j = 0; j < 10; j++) {
        ids[j] = "t" + (i + j);
      }
      submit(i % 20 == 0 ? first : second, ids);
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(all())
                    .hasSize(each)
                    .allMatch(task -> task.life().state() == TaskState.SUCCEEDED));
    assertThat(all()).allMatch(task -> task.life().attempts() == 1);
    assertThat(first.handled.get()).isPositive();
    assertThat(second.handled.get()).isPositive();
    assertThat(first.handled.get() + second.handled.get()).isEqualTo(each);
  }

  @Test
  void whatEitherRegistersTheOtherKeeps() {
    String path = "/admin/accounts/default/functions/report";
    String body = "{\"definition\":{\"function\":{\"type\":\"http\",\"url\":\"http://a/%s\"}}}";
    assertThat(first.ask("PUT", path, body.formatted("one")).status()).isLessThan(300);
    assertThat(second.ask("PUT", path, body.formatted("two")).status()).isLessThan(300);
    assertThat(first.ask("PUT", path, body.formatted("three")).status()).isLessThan(300);
    assertThat(second.ask("GET", path, "").body())
        .contains("http://a/one", "http://a/two", "http://a/three");
  }

  @Test
  void whoeverIsAskedTellsAndSteers() {
    // Some of them are the other worker's.
    for (int i = 0; i < 8; i++) {
      TestAnswer answer =
          first.ask(
              TestRequest.of("POST", "/tasks", "{\"id\":\"w" + i + "\"}")
                  .with("Prefer", "wait=20"));
      assertThat(answer.body()).contains("succeeded");
    }
    for (int i = 0; i < 8; i++) {
      String id = "s" + i;
      first.hung.add(id);
      second.hung.add(id);
      submit(first, id);
      await().atMost(LONG).until(() -> first.running.contains(id) || second.running.contains(id));
      assertThat(first.ask("POST", "/tasks/" + id + "/stop", "").status()).isEqualTo(200);
      await().atMost(LONG).until(() -> stateOf(id) == TaskState.STOPPED);
      assertThat(first.ask("POST", "/tasks/" + id + "/rerun", "").status()).isEqualTo(200);
      first.hung.remove(id);
      second.hung.remove(id);
      await().atMost(LONG).until(() -> stateOf(id) == TaskState.SUCCEEDED);
    }
  }

  @Test
  void whatOneWorkerLeavesTheOtherDoes() {
    String[] ids = new String[40];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "h" + i;
    }
    first.hung.addAll(List.of(ids));
    submit(second, ids);
    await().atMost(LONG).until(() -> first.running.size() + second.handled.get() == ids.length);
    assertThat(first.running).isNotEmpty();

    first.close(); // gives nothing back that is out
    awaitAllSucceeded();
    assertThat(second.handled.get()).isEqualTo(ids.length);
    assertThat(all()).anyMatch(task -> task.life().crashes() == 1);
  }

  @Test
  void whatOneWorkerWasToTellTheOtherTells() {
    int all = 16;
    for (int i = 0; i < all; i++) {
      String id = "r" + i;
      first.hung.add(id + "/stopped"); // its sinks take their time
      String body = "{\"id\":\"" + id + "\",\"delay\":\"1h\"}";
      assertThat(second.ask("POST", "/tasks", body).status()).isEqualTo(202);
      assertThat(second.ask("POST", "/tasks/" + id + "/stop", "").status()).isEqualTo(200);
    }
    await().atMost(LONG).until(() -> !first.running.isEmpty());
    assertThat(first.running.size()).isLessThanOrEqualTo(8); // no more of a function

    first.close();
    await().atMost(LONG).until(() -> second.told.size() == all);
    await().atMost(LONG).until(() -> all().stream().noneMatch(StoredTask::isOwed));
    assertThat(all())
        .hasSize(all)
        .allMatch(task -> task.life().delivery() == DeliveryState.DELIVERED);
  }

  private void awaitAllSucceeded() {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(all()).allMatch(task -> task.life().state() == TaskState.SUCCEEDED));
  }

  @Test
  void aWorkerThatLosesItsPartitionsLeavesOff() {
    first.hung.add("a");
    second.hung.add("a");
    submit(second, "a");
    await().atMost(LONG).until(() -> first.running.size() + second.running.size() == 1);
    boolean isOfFirst = first.running.contains("a");
    (isOfFirst ? firstLeases : secondLeases).expire();
    (isOfFirst ? second : first).hung.clear();
    // It may be given to the same worker again.
    await().atMost(LONG).until(() -> task("a").life().crashes() == 1);
    first.hung.clear();
    second.hung.clear();
    awaitAllSucceeded();
    assertThat(task("a").life().attempts()).isEqualTo(2);
  }

  @Test
  void aPauseCountsForAllWorkers() {
    assertThat(first.ask("POST", "/functions/f/pause", "").status()).isLessThan(300);
    await()
        .atMost(LONG)
        .until(() -> second.ask("GET", "/functions", "").body().contains("\"paused\":true"));
    submit(first, "a", "b", "c", "d", "e", "g", "h", "i", "j", "k");
    assertThat(second.ask("POST", "/functions/f/resume", "").status()).isLessThan(300);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(all()).allMatch(task -> task.life().state() == TaskState.SUCCEEDED));
  }
}
