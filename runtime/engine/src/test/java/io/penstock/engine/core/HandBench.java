package io.penstock.engine.core;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.fake.FakeSource;
import io.penstock.engine.fake.MemoryState;
import io.penstock.engine.intake.Intake;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A core loop with its intakes and workers, stepped by hand in one thread, in a time that passes only
 * when told. A core that asks for another round when there is nothing to do is an error: on a thread
 * it would spin.
 */
final class HandBench implements Agents {

  private static final int QUIET_ROUNDS = 6;
  private static final int MAX_ROUNDS = 5_000;

  final List<String> failpoints = new ArrayList<>();
  final CoreLoop loop;
  long nowNs = 1_000_000_000;
  private final Map<Intake, Boolean> intakes = new LinkedHashMap<>();
  private final Map<String, Worker> workers = new LinkedHashMap<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::atNs));
  private @Nullable String frozen;
  private boolean intakesFrozen;

  private record Later(long atNs, Runnable action) {}

  HandBench() {
    SplittableRandom random = new SplittableRandom(7);
    loop =
        new CoreLoop(
            new EngineEnvironment(
                () -> nowNs,
                () -> Instant.EPOCH.plusNanos(nowNs),
                random,
                new MemoryState(),
                Path::of,
                failpoints::add),
            this);
  }

  /** Adds a connector and lets it start. */
  ConnectorCore add(ConnectorPlan plan) {
    if (plan.source() instanceof FakeSource source) {
      source.waiter(this::await);
    }
    ConnectorCore core = new ConnectorCore(loop, plan, Optional.empty());
    loop.post(now -> loop.add(core, now));
    settle();
    return core;
  }

  /** What blocks on the core in production steps it here. */
  private Map<Lane, LaneCommit> await(CompletionStage<Map<Lane, LaneCommit>> stage) {
    CompletableFuture<Map<Lane, LaneCommit>> answer = stage.toCompletableFuture();
    for (int i = 0; i < 20_000 && !answer.isDone(); i++) {
      runLater();
      loop.doWork();
      workers.values().forEach(this::step);
      if (!loop.hasPosted() && !answer.isDone()) {
        nowNs += 1_000_000;
      }
    }
    return answer.getNow(Map.of());
  }

  ConnectorStatus status(ConnectorCore core) {
    return core.status(nowNs);
  }

  /** Stops a connector; the answer may still be open. */
  CompletableFuture<Integer> stop(ConnectorCore core, Duration drain) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    core.post(now -> core.stop(drain, now).thenAccept(answer::complete));
    settle();
    return answer;
  }

  /** Lets everything be done that can be done now. */
  void settle() {
    int quiet = 0;
    for (int i = 0; i < MAX_ROUNDS; i++) {
      quiet = round() > 0 ? quiet + 1 : 0;
      if (quiet == QUIET_ROUNDS) {
        return;
      }
    }
    throw new AssertionError("the core spins: it asks for another round again and again");
  }

  /** One round of everything. */
  long round() {
    runLater();
    long idleNs = loop.doWork();
    stepIntakes();
    List.copyOf(workers.values()).forEach(this::step);
    return loop.hasPosted() ? 0 : idleNs;
  }

  /** Runs this when so much time has passed. */
  void later(Duration delay, Runnable action) {
    later.add(new Later(nowNs + delay.toNanos(), action));
  }

  private void runLater() {
    Later next;
    while ((next = later.peek()) != null && next.atNs <= nowNs) {
      later.poll();
      next.action.run();
    }
  }

  /** Lets time pass, from one change to the next. */
  void pass(Duration time) {
    long untilNs = nowNs + time.toNanos();
    while (nowNs < untilNs) {
      long idleNs = loop.doWork();
      Later next = later.peek();
      long nextNs = next == null ? untilNs : Math.min(untilNs, next.atNs);
      nowNs += Math.max(1, Math.min(idleNs, nextNs - nowNs));
      settle();
    }
  }

  /** No intake does anything any more, as if its source hung. */
  void freezeIntakes() {
    intakesFrozen = true;
  }

  /** The intakes go on. */
  void thawIntakes() {
    intakesFrozen = false;
  }

  /** Steps the intakes alone. */
  void stepIntakes() {
    if (!intakesFrozen) {
      intakes.replaceAll(
          (intake, done) -> done || intake.doWork(nowNs, Duration.ZERO) == Intake.DONE);
    }
  }

  /** This worker does nothing any more, as if its thread hung. */
  void freeze(String role) {
    frozen = role;
  }

  private void step(Worker worker) {
    if (worker.role.equals(frozen)) {
      return;
    }
    Runnable task;
    while ((task = worker.tasks.poll()) != null) {
      task.run();
    }
  }

  /** The roles of workers that have not ended. */
  List<String> openWorkers() {
    return workers.values().stream().filter(w -> !w.ended).map(w -> w.role).toList();
  }

  @Override
  public void run(String connector, Intake intake) {
    intakes.put(intake, false);
  }

  @Override
  public void wake(Intake intake) {
    // It is stepped again and again.
  }

  @Override
  public SerialWorker worker(String role) {
    Worker worker = new Worker(role);
    workers.put(role, worker);
    return worker;
  }

  @Override
  public void wakeCore() {
    // It is stepped again and again.
  }

  private static final class Worker implements SerialWorker {
    private final String role;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean ended;

    private Worker(String role) {
      this.role = role;
    }

    @Override
    public void execute(Runnable task) {
      if (ended) {
        throw new RejectedExecutionException(role + " has ended");
      }
      tasks.add(task);
    }

    @Override
    public void end() {
      ended = true;
    }
  }
}
