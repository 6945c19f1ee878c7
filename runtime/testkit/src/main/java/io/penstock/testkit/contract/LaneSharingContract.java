package io.penstock.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.SourceRecord;
import io.penstock.testkit.contract.LogEnvironment.Entry;
import io.penstock.testkit.contract.LogEnvironment.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What a {@link LogSource} must do whose lanes are shared out among several workers. The test's
 * thread is the intake thread of all of them and polls them in turn, so that each run is the same.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LaneSharingContract {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final List<Worker> workers = new ArrayList<>();
  private LogEnvironment environment;
  private ThreadCheck threads;

  private static final class Worker {
    private final RecordingOwner owner = new RecordingOwner();
    private final LogSource source;

    Worker(LogSource source) {
      this.source = source;
      source.open(TestSourceContext.of("contract", owner));
    }
  }

  /** For subclasses. */
  protected LaneSharingContract() {}

  /** Makes the environment; called once, before the first test. */
  protected abstract LogEnvironment environment();

  @BeforeAll
  final void makeEnvironment() {
    environment = environment();
  }

  @AfterAll
  final void closeEnvironment() {
    environment.close();
  }

  @BeforeEach
  final void rememberThreads() {
    threads = new ThreadCheck();
  }

  @AfterEach
  final void closeSources() {
    workers.forEach(worker -> worker.source.close());
    workers.clear();
    threads.assertNoneLeft();
  }

  private Worker join(Log log) {
    Worker worker = new Worker(log.source());
    workers.add(worker);
    return worker;
  }

  private void leave(Worker worker) {
    workers.remove(worker);
    worker.source.close();
  }

  /** Polls all workers in turn; no lane may be owned by two of them. */
  private void pollUntil(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline)
          .as(
              "%s within %s; histories: %s",
              what, LIMIT, workers.stream().map(w -> w.owner.history()).toList())
          .isNegative();
      for (Worker worker : workers) {
        worker.owner.poll(worker.source, RecordingOwner.PLENTY, Duration.ofMillis(20));
        Set<Lane> all = new HashSet<>();
        workers.forEach(
            w ->
                w.owner.owned().forEach(lane -> assertThat(all.add(lane)).as("%s", lane).isTrue()));
      }
    }
  }

  private static void append(Log log, int from, int to) {
    for (Lane lane : log.lanes()) {
      log.append(
          lane,
          IntStream.range(from, to)
              .mapToObj(i -> new Entry("key-" + i % 5, lane + "/" + i))
              .toList());
    }
  }

  private static Set<String> values(Log log, int from, int to) {
    Set<String> all = new HashSet<>();
    for (Lane lane : log.lanes()) {
      IntStream.range(from, to).forEach(i -> all.add(lane + "/" + i));
    }
    return all;
  }

  private static Set<String> handled(Log log, Worker... by) {
    Set<String> all = new HashSet<>();
    for (Worker worker : by) {
      log.lanes().forEach(lane -> all.addAll(worker.owner.texts(lane)));
    }
    return all;
  }

  @Test
  void sharesLanesWithAWorkerThatJoins() {
    Log log = environment.newLog(4);
    append(log, 0, 50);
    Worker first = join(log);
    pollUntil("all lanes", () -> first.owner.owned().size() == 4);
    pollUntil("all records", () -> first.owner.count() == 200);
    first.owner.settleAll();

    Worker second = join(log);
    pollUntil(
        "two lanes each",
        () -> first.owner.owned().size() == 2 && second.owner.owned().size() == 2);
    append(log, 50, 80);
    pollUntil("the new records", () -> handled(log, first, second).size() == 320);

    assertThat(handled(log, first, second)).isEqualTo(values(log, 0, 80));
    for (Lane lane : second.owner.owned()) {
      assertThat(second.owner.texts(lane))
          .as("what was settled is not handed over again")
          .containsExactlyElementsOf(
              IntStream.range(50, 80).mapToObj(i -> lane + "/" + i).toList());
    }
    assertThat(first.owner.history())
        .as("lanes are given up, not lost")
        .noneMatch(step -> step.startsWith("lost"));
  }

  @Test
  void handsOverToOthersWhatAWorkerThatLeavesHasNotSettled() {
    Log log = environment.newLog(4);
    Worker first = join(log);
    Worker second = join(log);
    pollUntil(
        "two lanes each",
        () -> first.owner.owned().size() == 2 && second.owner.owned().size() == 2);
    append(log, 0, 50);
    pollUntil("all records", () -> handled(log, first, second).size() == 200);
    Set<Lane> leaving = second.owner.owned();
    Set<String> settled = new HashSet<>();
    for (Lane lane : leaving) {
      List<SourceRecord> taken = second.owner.taken(lane);
      for (int i = 0; i < taken.size(); i++) {
        if (i < 20 || i % 2 == 0) {
          second.owner.settle(lane, taken.get(i).position());
          settled.add(taken.get(i).event().text());
        }
      }
    }

    leave(second);
    pollUntil("all lanes", () -> first.owner.owned().size() == 4);
    pollUntil("what was left", () -> handled(log, first).size() >= 130);

    for (Lane lane : leaving) {
      assertThat(first.owner.texts(lane))
          .as("each record that was not settled, and none below the commit")
          .containsAll(
              values(log, 0, 50).stream()
                  .filter(value -> value.startsWith(lane + "/") && !settled.contains(value))
                  .toList())
          .doesNotContain(lane + "/0", lane + "/19");
    }
  }

  @Test
  void losesNothingWhileWorkersComeAndGo() {
    Log log = environment.newLog(6);
    Worker first = join(log);
    List<Worker> all = new ArrayList<>(List.of(first));
    int appended = 0;
    for (int round = 0; round < 3; round++) {
      Worker other = join(log);
      all.add(other);
      append(log, appended, appended + 20);
      appended += 20;
      pollUntil("a share", () -> !other.owner.owned().isEmpty());
      pollUntil("a record", () -> other.owner.count() > 0);
      first.owner.settleAll();
      leave(other); // with records that are not settled
    }
    int expected = 6 * appended;
    pollUntil("all lanes", () -> first.owner.owned().size() == 6);
    pollUntil("all records", () -> handled(log, first).size() == expected);
    assertThat(handled(log, first)).isEqualTo(values(log, 0, appended));
  }
}
