package io.penstock.engine.core;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Codec;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lane;
import io.penstock.connector.QueueSource;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.Settlement;
import io.penstock.connector.SnapshotProgress;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Routes;
import io.penstock.engine.WindowPolicy;
import io.penstock.engine.deliver.DeadLetterEvent;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.intake.Budget;
import io.penstock.engine.intake.Chunk;
import io.penstock.engine.intake.Intake;
import io.penstock.engine.intake.Stages;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connector at work: its life, its lanes, and the round in which it dispatches, times out and
 * commits. Everything runs on the core thread, but for what says otherwise.
 */
public final class ConnectorCore implements SinkPort.Core {

  private static final Logger log = LoggerFactory.getLogger(ConnectorCore.class);

  private final CoreLoop loop;
  private final ConnectorPlan plan;
  private final WindowPolicy window;
  private final Budget budget;
  private final Counters counters = new Counters();
  private final Works works;
  private final Lanes lanes;
  private final Ending ending;
  private final RouteTable table;
  private @Nullable Intake intake;
  private @Nullable QueueDesk queue;
  private @Nullable SerialWorker helper;
  private @Nullable Pause paused;
  private @Nullable ErrorNote lastError;
  private @Nullable String sourceTrouble;
  private boolean opened;

  /**
   * A connector that isn't started.
   *
   * @param paused the pause that was in force when it ran last, if there was one
   */
  public ConnectorCore(CoreLoop loop, ConnectorPlan plan, Optional<Pause> paused) {
    this.loop = loop;
    this.plan = plan;
    this.window = plan.delivery().window();
    this.budget = new Budget(Math.max(1, window.maxBytes() / 2));
    this.works = new Works(this, budget, counters, plan.delivery().order());
    this.lanes = new Lanes(this, works, window);
    this.table = new RouteTable(this, loop, plan);
    this.paused = paused.orElse(null);
    this.ending = new Ending(this);
  }

  // ---- what its parts ask of it

  /** Its name. Any thread. */
  public String name() {
    return plan.name();
  }

  ConnectorPlan plan() {
    return plan;
  }

  CoreLoop loop() {
    return loop;
  }

  RouteTable table() {
    return table;
  }

  boolean hasIntake() {
    return intake != null;
  }

  /** What the source said last about itself. */
  List<String> sourceHealth() {
    Intake made = intake;
    return made == null ? List.of() : made.health();
  }

  /** How far the source is with what was there before. */
  Optional<SnapshotProgress> snapshot() {
    Intake made = intake;
    return made == null ? Optional.empty() : made.snapshot();
  }

  Intake intake() {
    Intake made = intake;
    if (made == null) {
      throw new IllegalStateException(name() + " is not started");
    }
    return made;
  }

  Works works() {
    return works;
  }

  @Nullable QueueDesk queue() {
    return queue;
  }

  Lanes lanes() {
    return lanes;
  }

  /** Runs on the core thread; a defect in it ends this connector and no other. Any thread. */
  @Override
  public void post(SinkPort.Task task) {
    loop.post(guarded(task));
  }

  @Override
  public void at(long dueNs, SinkPort.Task task) {
    loop.at(dueNs, guarded(task));
  }

  private SinkPort.Task guarded(SinkPort.Task task) {
    return now -> {
      try {
        task.run(now);
      } catch (RuntimeException e) {
        log.error("{}: a defect of the engine; this connector is stopped", name(), e);
        fatal("DEFECT", e.toString());
      }
    };
  }

  LongSupplier clock() {
    return loop.environment().monotonicNs();
  }

  @Override
  public Instant wallTime() {
    return loop.environment().wallClock().instant();
  }

  @Override
  public double random() {
    return loop.environment().random().nextDouble();
  }

  @Override
  public Codec format() {
    return plan.format();
  }

  @Override
  public UnreadableData unreadable() {
    return plan.delivery().unreadable();
  }

  Failpoints failpoints() {
    return loop.environment().failpoints();
  }

  Collection<Route> routes() {
    return table.all();
  }

  Route ownRoute() {
    return table.own();
  }

  @Nullable Route route(@Nullable String routeName) {
    return table.route(routeName);
  }

  boolean hasNoNamedRoutes() {
    return plan.routes() == Routes.NONE;
  }

  void wakeIntake() {
    loop.agents().wake(intake());
  }

  // ---- counts and notes

  void countInvocation() {
    counters.invocations++;
  }

  void countTimeout() {
    counters.timeouts++;
  }

  void countFailure(String code, String text) {
    counters.failures++;
    noteError(code, text);
  }

  void countThrottle() {
    counters.throttles++;
  }

  void countLate(int events) {
    counters.late += events;
  }

  void noteError(String code, String text) {
    note(code, text);
  }

  @Override
  public ErrorNote note(String code, String text) {
    ErrorNote made = new ErrorNote(wallTime(), code, text);
    lastError = made;
    return made;
  }

  void expired(Work work, long nowNs) {
    counters.expired++;
    works.fail(
        work,
        "EXPIRED",
        "older than " + work.route.plan.retry().maxAge().orElse(Duration.ZERO).toMillis() + " ms",
        nowNs);
  }

  DeadLetterEvent.Circumstances circumstances(Work work, long nowNs) {
    Instant now = wallTime();
    return new DeadLetterEvent.Circumstances(
        name(),
        work.route.plan.function().map(FunctionPlan::name).orElse(null),
        work.lane.lane().name(),
        work.failures + work.record.previousAttempts(),
        now.minusNanos(nowNs - work.takenNs),
        now);
  }

  /** What the function told. Any thread. */
  void progressed(BatchRun run, double fraction, String note) {
    post(
        now -> {
          if (!run.works.isEmpty()) {
            run.works.get(0).route.progressed(fraction, note);
            if (queue != null) {
              queue.progress(run, fraction, note);
            }
          }
        });
  }

  // ---- what works come to

  void queueSettled(Work work, Settlement settlement) {
    if (queue != null) {
      queue.settled(work, settlement);
    }
  }

  void attempted(Work work, AttemptEnd end) {
    if (queue != null) {
      queue.attempted(work, end);
    }
  }

  boolean releasedToQueue(Work work, long nowNs) {
    return queue != null && queue.release(work, nowNs);
  }

  /** Whether the queue makes the start durable first; it then invokes. */
  boolean startedDurably(BatchRun run) {
    if (queue == null) {
      return false;
    }
    queue.start(run, run.works.get(0).route);
    return true;
  }

  /** Cancels a run, off the core thread because that runs user code. */
  void cancel(BatchRun run) {
    helper().execute(run::cancel);
  }

  SerialWorker helper() {
    SerialWorker made = helper;
    if (made == null) {
      made = loop.agents().worker(name() + "-helper");
      helper = made;
    }
    return made;
  }

  // ---- life

  void start(long nowNs) {
    try {
      startParts(nowNs);
    } catch (RuntimeException | LinkageError e) { // a plug-in that can't even say what it is
      log.error("{}: could not be started", name(), e);
      fatal("START_FAILED", e.toString());
    }
  }

  private void startParts(long nowNs) {
    table.start();
    SplittableRandom jitter = new SplittableRandom(loop.environment().random().nextLong());
    Intake made =
        new Intake(
            name(),
            plan.source(),
            owner -> CoreContext.of(plan, owner, loop.environment()),
            new Stages(
                plan.format(), plan.filter(), plan.transform(), plan.delivery().unreadable()),
            budget,
            this::demand,
            jitter::nextDouble,
            new IntakeLink(this, plan.source(), window.maxEvents()));
    intake = made;
    if (plan.source() instanceof QueueSource source) {
      queue = new QueueDesk(this, budget, source, made, nowNs);
    }
    made.paused(paused != null);
    loop.agents().run(name(), made);
  }

  /** What to ask the source for. Intake thread. */
  private Demand demand() {
    QueueDesk desk = queue;
    return desk != null
        ? desk.demand()
        : new Demand(
            Integer.MAX_VALUE, Math.max(1, budget.maxBytes() - budget.usedBytes()), Set.of());
  }

  void sourceOpened(long nowNs) {
    opened = true;
    sourceTrouble = null;
  }

  void sourceFailed(String text) {
    sourceTrouble = text;
    note("SOURCE_ERROR", text);
  }

  void sourceRecovered() {
    sourceTrouble = null;
  }

  void sourceClosed(long nowNs) {
    ending.sourceClosed(nowNs);
  }

  @Override
  public void fatal(String code, String text) {
    log.error("{}: stopped by an error that a person must mend: {}: {}", name(), code, text);
    note(code, text);
    ending.fail(code + ": " + text, clock().getAsLong());
  }

  /** Pauses or, with null, resumes. What is durable about it is the caller's. */
  public void pause(@Nullable Pause pause) {
    paused = pause;
    if (!ending.hasBegun()) {
      intake().paused(pause != null);
      wakeIntake();
    }
  }

  /** Stops; see {@link io.penstock.engine.Connector#stop}. */
  public CompletableFuture<Integer> stop(Duration drain, long nowNs) {
    return ending.stop(drain, nowNs);
  }

  /** Seeks; see {@link io.penstock.engine.Connector#seek}. */
  public void seek(String lane, SeekTarget target, CompletableFuture<Long> answer) {
    intake()
        .submit(
            new Intake.Command() {
              @Override
              public void run() {
                try {
                  answer.complete(intake().seek(new Lane(lane), target));
                } catch (RuntimeException e) {
                  answer.completeExceptionally(e);
                }
              }

              @Override
              public void dropped() {
                answer.completeExceptionally(
                    ConnectorException.fatal(
                        name() + " is stopped: it has no lane to seek in", null));
              }
            });
    wakeIntake();
  }

  // ---- lanes

  void admit(Chunk chunk, long nowNs) {
    works.admit(chunk, nowNs);
  }

  boolean isPastDrain() {
    return ending.isPastDrain();
  }

  void giveBack(LaneState lane) {
    if (queue != null) {
      queue.giveBack(lane);
    }
  }

  // ---- the round

  /** Does what can be done now. */
  void step(long nowNs) {
    if (ending.isOver()) {
      return;
    }
    try {
      if (!ending.hasBegun()) {
        table.evictIdle(nowNs);
      }
      for (Route route : routes()) {
        if (!ending.isPastDrain()) {
          route.checkTimeouts(nowNs);
        }
        if (!ending.hasBegun()) {
          route.dispatch(nowNs);
        }
      }
      for (SinkPort<Work> port : table.ports()) {
        port.pump(nowNs);
      }
      evictWhereBlocked(nowNs);
      lanes.commit(nowNs);
      if (queue != null) {
        queue.flush();
        queue.renew(lanes.owned(), nowNs);
        queue.updateDemand(routes(), table.own(), budget.maxBytes() - budget.usedBytes());
      }
      boolean wasLow = budget.isLow();
      boolean freed = works.flushBudget() && !wasLow && budget.isLow();
      if (updateEnough() || freed) {
        wakeIntake();
      }
      counters.sampleRate(nowNs);
    } catch (RuntimeException e) {
      log.error("{}: a defect of the engine; this connector is stopped", name(), e);
      fatal("DEFECT", e.toString());
    }
    ending.check(nowNs);
  }

  /** Tells the intake whether enough is ready; answers whether it may go on where it waited. */
  private boolean updateEnough() {
    int readyNow = 0;
    int wanted = 0;
    for (Route route : routes()) {
      readyNow += route.ready.readyNow();
      wanted += route.wanted();
    }
    boolean before = budget.isEnough();
    budget.enough(before ? readyNow > wanted / 2 : readyNow >= wanted);
    return before && !budget.isEnough();
  }

  private void evictWhereBlocked(long nowNs) {
    if (window.whenFull() != WindowPolicy.WhenFull.DEAD_LETTER) {
      return;
    }
    for (LaneState lane : List.copyOf(lanes.owned())) {
      if (lane.isFull()
          && lane.headOfLine() == ConnectorStatus.HeadOfLine.BLOCKED
          && ownRoute().isDeadLettering()) {
        works.evictOldest(lane, nowNs);
      }
    }
  }

  /** When the next round has something to do by itself. */
  long nextChangeNs(long nowNs) {
    if (ending.isOver()) {
      return CoreLoop.IDLE;
    }
    long next = Math.min(lanes.nextCommitNs(), ending.nextChangeNs());
    for (Route route : routes()) {
      if (!ending.hasBegun()) {
        next = Math.min(next, route.nextDispatchNs(nowNs));
      }
      if (!ending.isPastDrain()) {
        next = Math.min(next, route.nextTimeoutNs());
      }
    }
    for (SinkPort<Work> port : table.ports()) {
      next = Math.min(next, port.nextChangeNs(nowNs));
    }
    if (queue != null) {
      next = Math.min(next, queue.nextRenewalNs());
    }
    if (!ending.hasBegun()) {
      next = Math.min(next, table.nextEvictionNs());
    }
    return next == Long.MAX_VALUE ? CoreLoop.IDLE : Math.max(0, next - nowNs);
  }

  // ---- status

  /** How it is now. */
  public ConnectorStatus status(long nowNs) {
    return new StatusReport(this, counters, budget)
        .make(state(), Optional.ofNullable(paused), Optional.ofNullable(lastError), nowNs);
  }

  private State state() {
    return ending
        .state()
        .orElse(!opened ? State.STARTING : paused != null ? State.PAUSED : State.RUNNING);
  }

  Optional<String> trouble() {
    return ending.failure().or(() -> Optional.ofNullable(sourceTrouble));
  }
}
