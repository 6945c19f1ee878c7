package io.penstock.server.cases;

import io.penstock.connector.Failpoints;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.core.Agents;
import io.penstock.engine.core.ConnectorCore;
import io.penstock.engine.core.CoreLoop;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.intake.Intake;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The engine with one connector and without a thread: whoever calls {@link #settle} does all of its
 * work, and time passes when {@link #pass} says so. The same events make it do the same, as its
 * chance has a fixed seed. Belongs to one thread.
 */
final class SteppedEngine implements Agents {

  /** When a case begins, for functions and dead letters that ask for the time of day. */
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static final long SEED = 1;
  private static final long BEGIN_NS = 1_000_000_000;

  /** An intake may need some rounds to do what it was told and to tell it to the core. */
  private static final int QUIET_ROUNDS = 6;

  /** More rounds than this without a pause are no work but a loop. */
  private static final int MAX_ROUNDS = 1_000_000;

  private static final Duration STOP_STEP = Duration.ofMillis(100);
  private static final int MAX_STOP_STEPS = 1_000;

  private final CoreLoop loop;
  private final ConnectorCore core;
  private final Map<Intake, Boolean> intakes = new LinkedHashMap<>();
  private final List<Worker> workers = new ArrayList<>();
  private long nowNs = BEGIN_NS;

  SteppedEngine(ConnectorPlan plan) {
    this.loop =
        new CoreLoop(
            new EngineEnvironment(
                () -> nowNs,
                () -> BEGIN.plus(elapsed()),
                new SplittableRandom(SEED),
                new NoState(),
                Path::of, // a source in memory keeps no files
                Failpoints.NONE),
            this);
    this.core = new ConnectorCore(loop, plan, Optional.empty());
    loop.post(now -> loop.add(core, now));
  }

  /** How much time has passed. */
  Duration elapsed() {
    return Duration.ofNanos(nowNs - BEGIN_NS);
  }

  ConnectorStatus status() {
    return core.status(nowNs);
  }

  /**
   * Does everything that can be done now.
   *
   * @return how long nothing needs to be done then, in nanoseconds; {@link CoreLoop#IDLE} for ever
   */
  long settle() {
    int quiet = 0;
    for (int i = 0; i < MAX_ROUNDS; i++) {
      long idleNs = round();
      quiet = idleNs > 0 ? quiet + 1 : 0;
      if (quiet == QUIET_ROUNDS) {
        return idleNs;
      }
    }
    throw new IllegalStateException("the engine finds no rest");
  }

  private long round() {
    long idleNs = loop.doWork();
    intakes.replaceAll(
        (intake, done) -> done || intake.doWork(nowNs, Duration.ZERO) == Intake.DONE);
    boolean worked = false;
    for (Worker worker : List.copyOf(workers)) {
      worked |= worker.work();
    }
    return worked || loop.hasPosted() ? 0 : idleNs;
  }

  /** Lets time pass; nothing is done meanwhile. */
  void pass(long ns) {
    nowNs += ns;
  }

  /** Stops the connector and frees what it is made of. What is under way is left as it is. */
  void stop() {
    CompletableFuture<Integer> stopped = new CompletableFuture<>();
    loop.post(now -> core.stop(Duration.ZERO, now).thenAccept(stopped::complete));
    settle();
    for (int i = 0; i < MAX_STOP_STEPS && !stopped.isDone(); i++) {
      pass(STOP_STEP.toNanos());
      settle();
    }
  }

  @Override
  public void run(String connector, Intake intake) {
    intakes.put(intake, false);
  }

  @Override
  public void wake(Intake intake) {
    // It is stepped in every round.
  }

  @Override
  public SerialWorker worker(String role) {
    Worker worker = new Worker();
    workers.add(worker);
    return worker;
  }

  @Override
  public void wakeCore() {
    // It is stepped in every round.
  }

  private static final class Worker implements SerialWorker {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public void end() {
      // Tasks that were handed over before are done in the next round.
    }

    boolean work() {
      @Nullable Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
      return task != null;
    }
  }
}
