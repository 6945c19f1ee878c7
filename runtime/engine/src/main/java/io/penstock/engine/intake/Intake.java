package io.penstock.engine.intake;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SnapshotProgress;
import io.penstock.connector.Source;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.engine.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns a source: opens it, polls it, hands records over, carries out what the core asks of it, closes
 * it. Everything but {@link #submit}, {@link #stop} and {@link #paused} runs on one thread, which
 * calls {@link #doWork} again and again; a test steps it by hand.
 */
public final class Intake implements LaneOwner {

  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  /** The answer of {@link #doWork} when the source is closed and there is nothing more to do. */
  public static final long DONE = -1;

  private static final long IDLE_NS = Duration.ofMillis(5).toNanos();
  private static final long LAG_INTERVAL_NS = Duration.ofSeconds(1).toNanos();

  /** What the intake tells the core. Called on the intake thread; none of it blocks. */
  public interface Core {

    /** Makes the handle of a lane. */
    LaneHandle lane(LaneStart start);

    /** The source is open. */
    void opened();

    /** These lanes are ours. */
    void assigned(List<LaneHandle> lanes);

    /** Records of a lane. */
    void chunk(Chunk chunk);

    /** These lanes are to be given up. */
    CompletionStage<Map<Lane, LaneCommit>> revoking(List<LaneHandle> lanes);

    /** These lanes are gone. */
    void lost(List<LaneHandle> lanes);

    /** The last commit of these lanes was not stored. */
    void commitFailed(List<LaneHandle> lanes);

    /** The first handle is of no use any more; the lane goes on with the second. */
    void moved(LaneHandle from, LaneHandle to);

    /** A record is not wanted any more. */
    void cancel(LaneHandle lane, SourceRecord record);

    /** The source failed and is tried again. */
    void failed(String text);

    /** The source works again. */
    void recovered();

    /** The source failed for good. */
    void fatal(String text);

    /** The source is closed. */
    void closed();
  }

  /** Something to do with the source on its thread. */
  @FunctionalInterface
  public interface Command {
    /** Does it; what it throws is reported like a failed poll. */
    void run();

    /** The source is closed, or being closed: it will not be done. Any thread; must not block. */
    default void dropped() {}
  }

  private enum State {
    OPENING,
    POLLING,
    FAILED,
    CLOSED
  }

  private final String connector;
  private final Source source;
  private final SourceContext context;
  private final Stages stages;
  private final Budget budget;
  private final Supplier<Demand> demand;
  private final DoubleSupplier jitter;
  private final Core core;
  private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
  private final Map<Lane, LaneHandle> lanes = new HashMap<>();
  private final Set<Lane> pausedLanes = new HashSet<>();
  private volatile boolean stopping;
  private volatile boolean paused;
  private volatile boolean over;
  private State state = State.OPENING;
  private int failures;
  private boolean commandFailed;
  private boolean waiting;
  private long waitUntilNs;
  private boolean exhausted;
  private volatile List<String> health = List.of();
  private volatile Optional<SnapshotProgress> snapshot = Optional.empty();
  private boolean lagKnown;
  private long lagCheckedNs;

  /**
   * An intake that has not opened its source yet.
   *
   * @param context what the source gets, except for the lanes' owner, which is this intake
   * @param demand what to ask a queue source for; a log source is asked for what the budget allows
   * @param jitter for backoff, from 0 to 1
   */
  public Intake(
      String connector,
      Source source,
      Function<LaneOwner, SourceContext> context,
      Stages stages,
      Budget budget,
      Supplier<Demand> demand,
      DoubleSupplier jitter,
      Core core) {
    this.connector = connector;
    this.source = source;
    this.stages = stages;
    this.budget = budget;
    this.demand = demand;
    this.jitter = jitter;
    this.core = core;
    this.context = context.apply(this);
  }

  /**
   * Carries this out on the intake thread, in order; all that was submitted before {@link #stop} is
   * carried out before the source is closed. Any thread.
   */
  public void submit(Command command) {
    commands.add(command);
    if (over) {
      dropCommands();
    }
  }

  private void dropCommands() {
    Command command;
    while ((command = commands.poll()) != null) {
      command.dropped();
    }
  }

  /** Closes the source as soon as possible. Any thread. */
  public void stop() {
    stopping = true;
  }

  /** What the source said last about itself. Any thread. */
  public List<String> health() {
    return health;
  }

  /** How far the source is with what was there before. Any thread. */
  public Optional<SnapshotProgress> snapshot() {
    return snapshot;
  }

  /** Takes nothing, or takes again. Any thread. */
  public void paused(boolean isPaused) {
    paused = isPaused;
  }

  /**
   * One round.
   *
   * @param maxWait how long the source may wait for a record
   * @return how long nothing needs to be done, in nanoseconds: 0 for not at all; or {@link #DONE}
   */
  public long doWork(long nowNs, Duration maxWait) {
    if (state == State.CLOSED) {
      return DONE;
    }
    boolean stop =
        stopping; // looked at before the commands, so that none before the stop is missed
    runCommands();
    if (stop) {
      close();
      return DONE;
    }
    if (state == State.FAILED) {
      return IDLE_NS;
    }
    if (waiting && nowNs - waitUntilNs < 0) {
      return Math.min(IDLE_NS, waitUntilNs - nowNs);
    }
    waiting = false;
    try {
      if (state == State.OPENING) {
        source.open(context);
        state = State.POLLING;
        core.opened();
        failures = 0;
        return 0;
      }
      long idle = poll(nowNs, maxWait);
      if (failures > 0) {
        failures = 0;
        tellRecovered();
      }
      return idle;
    } catch (ConnectorException e) {
      if (!failedForGood(e)) {
        retryLater(e.getMessage(), nowNs);
      }
    } catch (RuntimeException e) {
      log.warn("{}: source failed unexpectedly", connector, e);
      retryLater(e.toString(), nowNs);
    }
    return 0;
  }

  private boolean failedForGood(ConnectorException e) {
    if (e.category() != ConnectorException.Category.FATAL) {
      return false;
    }
    log.error("{}: source failed for good: {}", connector, e.getMessage(), e);
    state = State.FAILED;
    core.fatal(e.getMessage());
    return true;
  }

  private void tellRecovered() {
    if (failures == 0 && !commandFailed) {
      core.recovered();
    }
  }

  private void retryLater(String text, long nowNs) {
    waiting = true;
    waitUntilNs = nowNs + RetryPolicy.FOREVER.backoffNs(++failures, jitter.getAsDouble());
    core.failed(text);
  }

  private void runCommands() {
    Command command;
    while ((command = commands.poll()) != null) {
      try {
        command.run();
        if (commandFailed) {
          commandFailed = false;
          tellRecovered();
        }
      } catch (ConnectorException e) {
        if (!failedForGood(e)) {
          commandFailed(e.getMessage(), e);
        }
      } catch (RuntimeException e) {
        commandFailed(e.getMessage() == null ? e.toString() : e.getMessage(), e);
      }
    }
  }

  private void commandFailed(String text, RuntimeException e) {
    log.warn("{}: a command to the source failed", connector, e);
    commandFailed = true;
    core.failed(text);
  }

  private long poll(long nowNs, Duration maxWait) {
    exhausted = exhausted ? !budget.isLow() : budget.isExhausted();
    if (budget.isBacklogged()) {
      return IDLE_NS; // the core catches up in a moment, and wakes this thread
    }
    boolean taking = !paused && !exhausted && !budget.isEnough();
    if (source instanceof LogSource log) {
      pauseLanes(log, taking);
      checkLag(log, nowNs);
    }
    Demand wanted = taking ? demand.get() : new Demand(0, 0, Set.of());
    boolean none = wanted.events() == 0;
    for (LaneRecords polled : source.poll(wanted, none ? Duration.ZERO : maxWait)) {
      LaneHandle lane = lanes.get(polled.lane());
      if (lane == null) {
        log.error("{}: the source polled a lane it does not own: {}", connector, polled.lane());
        continue;
      }
      handOver(lane, polled);
    }
    return none ? IDLE_NS : 0;
  }

  private void handOver(LaneHandle lane, LaneRecords polled) {
    long bytes = 0;
    for (SourceRecord record : polled.records()) {
      bytes += record.sizeBytes() + Budget.EVENT_OVERHEAD;
    }
    Chunk chunk = stages.apply(lane, polled);
    budget.add(bytes);
    budget.chunkHandedOver();
    core.chunk(chunk);
  }

  private void pauseLanes(LogSource log, boolean taking) {
    List<Lane> toPause = new ArrayList<>();
    List<Lane> toResume = new ArrayList<>();
    for (LaneHandle lane : lanes.values()) {
      boolean pause = !taking || lane.isFull();
      if (pause != pausedLanes.contains(lane.lane())) {
        (pause ? toPause : toResume).add(lane.lane());
      }
    }
    if (!toPause.isEmpty()) {
      log.pause(toPause);
      pausedLanes.addAll(toPause);
    }
    if (!toResume.isEmpty()) {
      log.resume(toResume);
      pausedLanes.removeAll(Set.copyOf(toResume));
    }
  }

  private void checkLag(LogSource log, long nowNs) {
    if (lagKnown && nowNs - lagCheckedNs < LAG_INTERVAL_NS) {
      return;
    }
    lagKnown = true;
    lagCheckedNs = nowNs;
    health = List.copyOf(log.health());
    snapshot = log.snapshot();
    for (LaneHandle lane : lanes.values()) {
      lane.lag(log.lag(lane.lane()));
    }
  }

  /**
   * Commits how far lanes are settled, on the intake thread; a lane that is no longer owned under the
   * same handle by then is left out. Any thread.
   */
  public void commit(Map<LaneHandle, LaneCommit> commits) {
    submit(
        () -> {
          Map<Lane, LaneCommit> owned = new HashMap<>();
          commits.forEach(
              (handle, commit) -> {
                if (lanes.get(handle.lane()) == handle) {
                  owned.put(handle.lane(), commit);
                }
              });
          if (!owned.isEmpty() && state == State.POLLING && source instanceof LogSource log) {
            context.failpoints().reached("before-commit");
            try {
              log.commit(owned);
            } catch (RuntimeException e) {
              commitFailed(owned.keySet());
              throw e;
            }
            context.failpoints().reached("after-commit");
          }
        });
  }

  /** Moves a lane; to be called in a {@link Command}. Answers where it goes on. */
  public long seek(Lane name, SeekTarget target) {
    LaneHandle from = lanes.get(name);
    if (!(source instanceof LogSource log)) {
      throw ConnectorException.fatal(
          connector + ": the source is a queue, it has no place to seek to", null);
    }
    if (from == null) {
      throw ConnectorException.fatal(
          connector + ": lane '" + name + "' isn't owned here; owned are " + lanes.keySet(), null);
    }
    LaneStart start = log.seek(name, target);
    LaneHandle to = core.lane(start);
    lanes.put(name, to);
    core.moved(from, to);
    try {
      log.commit(Map.of(name, new LaneCommit(start.position(), start.settled())));
    } catch (RuntimeException e) {
      Intake.log.warn("{}: the place that {} was moved to is committed later", connector, name, e);
      core.commitFailed(List.of(to));
    }
    return start.position();
  }

  /** The thread that stepped it has ended by an error: the source can't be closed any more. */
  public void died(Error error) {
    core.fatal("the intake thread ended: " + error);
    end();
  }

  private void end() {
    state = State.CLOSED;
    over = true;
    dropCommands();
    core.closed();
  }

  private void close() {
    try {
      source.close();
    } catch (RuntimeException e) {
      log.warn("{}: source failed to close", connector, e);
      core.failed(e.getMessage() == null ? e.toString() : e.getMessage());
    } finally {
      end();
    }
  }

  @Override
  public void assigned(Collection<LaneStart> starts) {
    List<LaneHandle> handles = new ArrayList<>(starts.size());
    for (LaneStart start : starts) {
      LaneHandle handle = core.lane(start);
      LaneHandle before = lanes.put(start.lane(), handle);
      pausedLanes.remove(start.lane());
      if (before != null) {
        core.lost(List.of(before));
      }
      handles.add(handle);
    }
    core.assigned(handles);
    lagKnown = false;
  }

  @Override
  public CompletionStage<Map<Lane, LaneCommit>> revoking(Collection<Lane> names) {
    return core.revoking(remove(names));
  }

  @Override
  public void lost(Collection<Lane> names) {
    core.lost(remove(names));
  }

  @Override
  public void cancel(Lane name, SourceRecord record) {
    LaneHandle lane = lanes.get(name);
    if (lane != null) {
      core.cancel(lane, record);
    }
  }

  @Override
  public void commitFailed(Collection<Lane> names) {
    List<LaneHandle> handles = new ArrayList<>(names.size());
    for (Lane name : names) {
      LaneHandle handle = lanes.get(name);
      if (handle != null) {
        handles.add(handle);
      }
    }
    core.commitFailed(handles);
  }

  private List<LaneHandle> remove(Collection<Lane> names) {
    List<LaneHandle> handles = new ArrayList<>(names.size());
    for (Lane name : names) {
      LaneHandle handle = lanes.remove(name);
      pausedLanes.remove(name);
      if (handle != null) {
        handles.add(handle);
      }
    }
    return handles;
  }
}
