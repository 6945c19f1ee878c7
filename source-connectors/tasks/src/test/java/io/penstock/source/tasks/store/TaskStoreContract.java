package io.penstock.source.tasks.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask.Progress;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.Backlog;
import io.penstock.source.tasks.store.TaskStore.By;
import io.penstock.source.tasks.store.TaskStore.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link TaskStore} must do. */
abstract class TaskStoreContract {

  private static final long T0 = 1_790_000_000_000L;

  private final TaskNumbers numbers = new TaskNumbers(() -> Instant.ofEpochMilli(T0), 0, 0);
  private final AtomicInteger commits = new AtomicInteger();
  private TaskStore store;

  /** Opens the one store of a test; again after it was closed. */
  abstract TaskStore open(Failpoints failpoints);

  /** Those that what a worker has left is asked for by. */
  abstract List<Integer> partitions();

  @BeforeEach
  final void openStore() {
    store =
        open(
            name -> {
              if (name.equals("tasks-after-commit")) {
                commits.incrementAndGet();
              }
            });
    store.join(new NoListener());
    await().until(() -> store.ownedShare() == 1);
  }

  private <T> List<T> ofAll(IntFunction<List<T>> some) {
    return partitions().stream().flatMap(partition -> some.apply(partition).stream()).toList();
  }

  private List<StoredTask> held(long after) {
    return ofAll(partition -> store.held(partition, after, 10_000)).stream()
        .sorted(Comparator.comparingLong(StoredTask::number))
        .toList();
  }

  private static Map<String, Long> sums(List<Backlog> backlogs) {
    return backlogs.stream()
        .collect(
            Collectors.groupingBy(
                one -> one.account() + "/" + one.function(),
                Collectors.summingLong(Backlog::tasks)));
  }

  private Map<String, Long> backlogs() {
    return sums(ofAll(store::backlogs));
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private NewTask task(String function) {
    return task(function, Optional.empty(), "payload");
  }

  private NewTask task(String function, Optional<String> name, String payload) {
    TaskSpec spec =
        new TaskSpec(
            numbers.next(),
            "acme",
            name,
            function,
            "text/plain",
            payload.length(),
            name.isPresent() ? function + payload : "",
            Optional.empty(),
            TaskSpec.NEVER,
            TaskSpec.NEVER);
    TaskLife life = TaskLife.begin(TaskAction.SUBMIT, new Occasion(T0, "", "acme"));
    return new NewTask(
        new StoredTask(spec, life, 0, 0, 0, 0, Progress.NONE), payload.getBytes(UTF_8));
  }

  private StoredTask keep(NewTask task) {
    assertThat(get(store.submit(List.of(task)))).containsExactly(new Submitted.Kept(task.task()));
    return task.task();
  }

  private static StoredTask after(StoredTask task, TaskAction... actions) {
    StoredTask next = task;
    for (TaskAction action : actions) {
      next = next.with(next.life().after(action, Occasion.at(T0 + 5, "why")).orElseThrow(), T0 + 5);
    }
    return next;
  }

  private StoredTask become(StoredTask task, TaskAction... actions) {
    StoredTask next = after(task, actions);
    assertThat(get(store.save(List.of(new Change(task.life().version(), next, null)))))
        .containsExactly(true);
    return next;
  }

  @Test
  void whatIsKeptIsFoundAsItWas() {
    NewTask task = task("resize", Optional.of("my id"), "x".repeat(100_000));
    NewTask small = task("resize");
    keep(task);
    keep(small);
    assertThat(store.find("acme", "my id")).contains(task.task());
    assertThat(store.find("acme", small.task().spec().id())).contains(small.task());
    assertThat(store.find("other", "my id")).isEmpty();
    assertThat(store.find("other", small.task().spec().id())).isEmpty();
    assertThat(store.payloads(List.of(task.task().number(), small.task().number())))
        .containsEntry(task.task().number(), task.payload())
        .containsEntry(small.task().number(), small.payload());
    assertThat(store.numbers(() -> Instant.ofEpochMilli(T0)).next())
        .isNotIn(task.task().number(), small.task().number());
    assertThat(store.tasks(List.of(small.task().number(), 4711L))).containsExactly(small.task());
  }

  @Test
  void anIdIsTakenOnce() {
    StoredTask first = keep(task("resize", Optional.of("a"), "one"));
    NewTask same = task("resize", Optional.of("a"), "one");
    NewTask other = task("resize", Optional.of("a"), "two");
    NewTask free = task("resize", Optional.of("b"), "two");
    assertThat(get(store.submit(List.of(same, other, free, free))))
        .satisfiesExactly(
            answer -> assertThat(answer).isEqualTo(new Submitted.Duplicate(first)),
            answer -> assertThat(answer).isEqualTo(new Submitted.Conflict(first)),
            answer -> assertThat(answer).isEqualTo(new Submitted.Kept(free.task())),
            answer -> assertThat(answer).isEqualTo(new Submitted.Duplicate(free.task())));
  }

  @Test
  void aChangeOfSomethingOldIsRefused() {
    StoredTask task = keep(task("resize"));
    StoredTask running = become(task, TaskAction.TAKE, TaskAction.START);
    StoredTask stopped = after(task, TaskAction.STOP);
    assertThat(get(store.save(List.of(new Change(task.life().version(), stopped, null)))))
        .containsExactly(false);
    assertThat(store.find("acme", task.spec().id())).contains(running);
  }

  private List<StoredTask> owed(String function, int most) {
    return store.owed(By.OWNER, "acme", function, most);
  }

  @Test
  void whatIsOwedIsFoundUntilItIsTold() {
    assertThat(store.owingFunctions()).isEmpty();
    StoredTask task = keep(task("resize", Optional.of("a"), "payload"));
    StoredTask other = keep(task("resize"));
    StoredTask untold = keep(task("resize"));
    StoredTask third = keep(task("crop"));
    become(untold, TaskAction.STOP);
    List<StoredTask> stopped = new ArrayList<>();
    for (StoredTask one : List.of(task, other, third)) {
      StoredTask next = after(one, TaskAction.STOP).owing();
      assertThat(get(store.save(List.of(new Change(one.life().version(), next, null)))))
          .containsExactly(true);
      stopped.add(next);
    }
    assertThat(owed("resize", 10)).containsExactlyElementsOf(stopped.subList(0, 2));
    assertThat(owed("resize", 1)).containsExactly(stopped.get(0));
    assertThat(store.owed(By.ANYBODY, "acme", "crop", 10)).containsExactly(stopped.get(2));
    assertThat(store.owingFunctions())
        .containsExactlyInAnyOrder(
            new Backlog("acme", "resize", 1), new Backlog("acme", "crop", 1));

    // It is at its end for everybody else.
    TaskFilter all =
        new TaskFilter(
            "acme", Optional.empty(), Set.of(TaskState.STOPPED), "", 0, TaskFilter.END_OF_TIME);
    assertThat(store.list(all, Order.OLDEST_FIRST, Optional.empty(), 10))
        .extracting(StoredTask::number)
        .containsExactly(task.number(), other.number(), untold.number(), third.number());
    assertThat(store.list(TaskFilter.all("acme"), Order.OLDEST_FIRST, Optional.empty(), 10))
        .hasSize(4);
    assertThat(store.find("acme", "a")).contains(stopped.get(0));
    assertThat(store.payloads(List.of(task.number()))).containsKey(task.number());
    assertThat(backlogs()).isEmpty();
    assertThat(held(-1)).isEmpty();

    // Nothing forgets it but those who delete it.
    get(store.purge(T0 + Duration.ofDays(30).toMillis(), 10));
    assertThat(owed("resize", 10)).hasSize(2);
    assertThat(get(store.delete(List.of(third.number())))).isEqualTo(1);
    assertThat(owed("crop", 10)).isEmpty();

    List<Altered> told =
        get(
            store.alter(
                By.ANYBODY,
                List.of(task.number()),
                one ->
                    Optional.of(
                        one.with(one.life().delivery(DeliveryState.DELIVERED), one.endedMs())),
                null));
    assertThat(told.get(0).isChanged()).isTrue();
    assertThat(owed("resize", 10)).containsExactly(stopped.get(1));
    assertThat(store.find("acme", "a")).contains(told.get(0).after());
    assertThat(told.get(0).after().endedMs()).isEqualTo(stopped.get(0).endedMs());

    // It may begin anew.
    List<Altered> again =
        get(
            store.alter(
                By.ANYBODY,
                List.of(other.number(), task.number()),
                one -> Optional.of(after(one, TaskAction.RERUN)),
                null));
    assertThat(again).allMatch(one -> one.after().life().state() == TaskState.ENQUEUED);
    assertThat(owed("resize", 10)).isEmpty();
    assertThat(backlogs()).containsExactly(Map.entry("acme/resize", 2L));
  }

  @Test
  void anAlterationSeesWhatIsKept() {
    StoredTask task = keep(task("resize"));
    StoredTask running = become(task, TaskAction.TAKE, TaskAction.START);
    List<Altered> altered =
        get(
            store.alter(
                By.OWNER,
                List.of(task.number(), 4711L),
                one -> Optional.of(after(one, TaskAction.STOP)),
                null));
    assertThat(altered).hasSize(1);
    assertThat(altered.get(0).before()).isEqualTo(running);
    assertThat(altered.get(0).after().life().state()).isEqualTo(TaskState.STOPPING);
    assertThat(store.find("acme", task.spec().id())).contains(altered.get(0).after());
    List<Altered> left =
        get(store.alter(By.ANYBODY, List.of(task.number()), one -> Optional.empty(), null));
    assertThat(left.get(0).isChanged()).isFalse();
  }

  @Test
  void aResultIsKeptWithItsTask() {
    StoredTask task = keep(task("resize"));
    StoredTask running = become(task, TaskAction.TAKE, TaskAction.START);
    assertThat(store.result(task.number())).isEmpty();
    Result result = new Result("text/plain", "made".getBytes(UTF_8));
    StoredTask done = after(running, TaskAction.COMPLETE);
    assertThat(get(store.save(List.of(new Change(running.life().version(), done, result)))))
        .containsExactly(true);
    assertThat(store.result(task.number()).orElseThrow().data()).isEqualTo(result.data());
    assertThat(store.result(task.number()).orElseThrow().contentType()).isEqualTo("text/plain");
  }

  @Test
  void theBestOfAFunctionComeFirst() {
    NewTask old = task("resize");
    NewTask due = task("resize");
    NewTask urgent = task("resize");
    NewTask other = task("crop");
    NewTask soon =
        new NewTask(
            new StoredTask(
                new TaskSpec(
                    due.task().number(),
                    "acme",
                    Optional.empty(),
                    "resize",
                    "",
                    0,
                    "",
                    Optional.empty(),
                    T0 + 1_000,
                    TaskSpec.NEVER),
                due.task().life(),
                0,
                0,
                0,
                0,
                Progress.NONE),
            new byte[0]);
    NewTask first = new NewTask(urgent.task().withPriority(5), new byte[0]);
    get(store.submit(List.of(old, soon, first, other)));
    assertThat(store.enqueued("acme", "resize", 10))
        .extracting(Loaded::task)
        .containsExactly(first.task(), soon.task(), old.task());
    Loaded best = store.enqueued("acme", "resize", 1).get(0);
    assertThat(best.task()).isEqualTo(first.task());
    assertThat(best.payload()).isEmpty();
    assertThat(store.enqueued("acme", "crop", 1).get(0).payload()).isEqualTo(other.payload());
    assertThat(backlogs()).isEqualTo(Map.of("acme/resize", 3L, "acme/crop", 1L));
    assertThat(store.enqueuedFunctions())
        .containsExactlyInAnyOrder(
            new Backlog("acme", "resize", 1), new Backlog("acme", "crop", 1));
    assertThat(store.payloads(List.of(first.task().number())).get(first.task().number())).isEmpty();
  }

  @Test
  void whatIsDueIsFoundByItsTime() {
    StoredTask one = keep(task("resize"));
    StoredTask two = keep(task("resize"));
    for (StoredTask task : List.of(one, two)) {
      StoredTask retrying =
          after(task, TaskAction.TAKE, TaskAction.START, TaskAction.RETRY)
              .withDue(task == one ? T0 + 100 : TaskSpec.NEVER);
      get(store.save(List.of(new Change(task.life().version(), retrying, null))));
    }
    assertThat(store.due(T0 + 99, 10)).isEmpty();
    assertThat(store.due(T0 + 100, 10))
        .extracting(StoredTask::number)
        .containsExactly(one.number());
    assertThat(store.nextDueMs()).contains(T0 + 100);
    assertThat(ofAll(partition -> store.parked(partition, 10)))
        .extracting(StoredTask::number)
        .containsExactly(two.number());
    assertThat(sums(ofAll(store::putOff))).isEqualTo(Map.of("acme/resize", 2L));
    assertThat(ofAll(store::keyedRetries)).isEmpty();
  }

  @Test
  void whatIsTooLateIsFound() {
    StoredTask plain = keep(task("resize"));
    NewTask made = task("resize");
    TaskSpec spec = made.task().spec();
    TaskSpec aging =
        new TaskSpec(
            spec.number(),
            spec.account(),
            spec.name(),
            spec.function(),
            spec.contentType(),
            spec.size(),
            spec.digest(),
            Optional.of("key"),
            TaskSpec.NEVER,
            T0 + 50);
    StoredTask late = new StoredTask(aging, made.task().life(), 0, 0, 0, 0, Progress.NONE);
    keep(new NewTask(late, made.payload()));
    assertThat(store.late(T0 + 50, 10)).isEmpty();
    assertThat(store.late(T0 + 51, 10)).containsExactly(late);
    assertThat(plain.spec().latestMs()).isEqualTo(TaskSpec.NEVER);
  }

  @Test
  void whatAWorkerHasIsFound() {
    StoredTask waiting = keep(task("resize"));
    StoredTask running = become(keep(task("resize")), TaskAction.TAKE, TaskAction.START);
    StoredTask stopping =
        become(keep(task("resize")), TaskAction.TAKE, TaskAction.START, TaskAction.STOP);
    assertThat(held(-1)).containsExactly(running, stopping);
    assertThat(held(running.number())).containsExactly(stopping);
    assertThat(store.held(partitions().get(0), -1, 1)).hasSizeLessThanOrEqualTo(1);
    assertThat(waiting.life().state()).isEqualTo(TaskState.ENQUEUED);
  }

  @Test
  void listsAreFilteredOrderedAndGoneOnWith() {
    List<StoredTask> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Optional<String> name = i < 5 ? Optional.of("order-" + i) : Optional.empty();
      all.add(keep(task(i % 2 == 0 ? "even" : "odd", name, "p" + i)));
    }
    TaskFilter filter = TaskFilter.all("acme");
    assertThat(store.list(filter, Order.OLDEST_FIRST, Optional.empty(), 100)).isEqualTo(all);
    List<StoredTask> newest = store.list(filter, Order.NEWEST_FIRST, Optional.empty(), 3);
    assertThat(newest).containsExactly(all.get(9), all.get(8), all.get(7));
    assertThat(store.list(filter, Order.NEWEST_FIRST, Optional.of(newest.get(2).number()), 2))
        .containsExactly(all.get(6), all.get(5));
    assertThat(store.list(filter, Order.OLDEST_FIRST, Optional.of(all.get(7).number()), 100))
        .containsExactly(all.get(8), all.get(9));
    TaskFilter even =
        new TaskFilter(
            "acme",
            Optional.of("even"),
            Set.of(TaskState.ENQUEUED),
            "order-",
            T0,
            TaskFilter.END_OF_TIME);
    assertThat(store.list(even, Order.OLDEST_FIRST, Optional.empty(), 100))
        .containsExactly(all.get(0), all.get(2), all.get(4));
    TaskFilter none = new TaskFilter("acme", Optional.empty(), Set.of(TaskState.FAILED), "", 0, T0);
    assertThat(store.list(none, Order.OLDEST_FIRST, Optional.empty(), 100)).isEmpty();
    assertThat(store.list(TaskFilter.all("other"), Order.OLDEST_FIRST, Optional.empty(), 100))
        .isEmpty();
  }

  @Test
  void onlyWhatHasEndedIsDeletedAndPurged() {
    StoredTask waiting = keep(task("resize"));
    StoredTask stopped = become(keep(task("resize")), TaskAction.STOP);
    StoredTask later = become(keep(task("resize", Optional.of("x"), "y")), TaskAction.STOP);
    assertThat(get(store.delete(List.of(waiting.number(), stopped.number())))).isEqualTo(1);
    assertThat(store.find("acme", stopped.spec().id())).isEmpty();
    assertThat(store.payloads(List.of(stopped.number()))).isEmpty();
    get(store.purge(T0 + 5, 10));
    assertThat(store.find("acme", later.spec().id())).isPresent();
    get(store.purge(T0 + Duration.ofDays(1).toMillis(), 10));
    assertThat(store.find("acme", later.spec().id())).isEmpty();
    assertThat(store.find("acme", waiting.spec().id())).isPresent();
    keep(task("resize", Optional.of("x"), "another")); // the id is free again
  }

  @Test
  void whatIsAskedForAtTheSameTimeSharesACommit() {
    commits.set(0);
    List<CompletionStage<List<Submitted>>> answers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      answers.add(store.submit(List.of(task("resize"))));
    }
    answers.forEach(TaskStoreContract::get);
    assertThat(commits.get()).isLessThan(500);
    assertThat(backlogs()).isEqualTo(Map.of("acme/resize", 2_000L));
  }

  @Test
  void whatWasAnsweredIsThereAfterTheStoreIsOpenedAgain() {
    StoredTask task = keep(task("resize", Optional.of("a"), "p"));
    StoredTask running = become(task, TaskAction.TAKE, TaskAction.START);
    StoredTask told = running.withProgress(new Progress(0.5, "half"));
    get(store.save(List.of(new Change(running.life().version(), told, null))));
    store.close();
    openStore();
    assertThat(store.find("acme", "a")).contains(told);
  }

  @Test
  void aClosedStoreSaysSo() {
    store.close();
    assertThatThrownBy(() -> get(store.submit(List.of(task("resize")))))
        .hasCauseInstanceOf(ConnectorException.class);
    openStore();
  }

  /** What is at its end is altered only. */
  private boolean become(StoredTask task, int version, StoredTask next) {
    if (!task.life().state().isFinal()) {
      return get(store.save(List.of(new Change(version, next, null)))).get(0);
    }
    return get(store.alter(
            By.ANYBODY,
            List.of(task.number()),
            one -> one.life().version() == version ? Optional.of(next) : Optional.empty(),
            null))
        .get(0)
        .isChanged();
  }

  /** Random use, against a map. */
  @Test
  void randomUseLeavesWhatAMapWouldHold() {
    Random random = new Random(7);
    TreeMap<Long, StoredTask> model = new TreeMap<>();
    for (int i = 0; i < 1_500; i++) {
      int step = i;
      if (random.nextInt(3) == 0 || model.isEmpty()) {
        StoredTask task = keep(task("f" + random.nextInt(3)));
        model.put(task.number(), task);
        continue;
      }
      List<StoredTask> all = new ArrayList<>(model.values());
      StoredTask task = all.get(random.nextInt(all.size()));
      TaskAction action = TaskAction.of(1 + random.nextInt(TaskAction.values().length));
      Optional<StoredTask> next =
          task.life()
              .after(action, Occasion.at(T0 + step, "step " + step))
              .map(life -> task.with(life, T0 + step).withDue(random.nextInt(1_000)));
      if (next.isEmpty()) {
        continue;
      }
      int version = task.life().version() - (random.nextInt(5) == 0 ? 1 : 0);
      boolean isSaved = become(task, version, next.get());
      assertThat(isSaved).isEqualTo(version == task.life().version());
      if (isSaved) {
        model.put(task.number(), next.get());
      }
    }
    assertThat(store.list(TaskFilter.all("acme"), Order.OLDEST_FIRST, Optional.empty(), 10_000))
        .isEqualTo(new ArrayList<>(model.values()));
    long enqueued =
        model.values().stream().filter(t -> t.life().state() == TaskState.ENQUEUED).count();
    assertThat(backlogs().values().stream().mapToLong(one -> one).sum()).isEqualTo(enqueued);
    assertThat(held(-1))
        .isEqualTo(model.values().stream().filter(t -> t.life().state().isHeld()).toList());
  }
}
