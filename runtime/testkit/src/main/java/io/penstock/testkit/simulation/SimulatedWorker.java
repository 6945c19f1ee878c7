package io.penstock.testkit.simulation;

import io.penstock.connector.Codec;
import io.penstock.connector.Sink;
import io.penstock.connector.StateStore;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.core.Agents;
import io.penstock.engine.core.ConnectorCore;
import io.penstock.engine.core.CoreLoop;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.intake.Intake;
import io.penstock.engine.ledger.LedgerFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One worker: a core loop with one connector, whose threads are stepped by chance. */
final class SimulatedWorker implements Agents {

  /** Ends a worker in the middle of whatever it does. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    private Crash() {
      super("crash on purpose", null, false, false);
    }
  }

  private final World world;
  private final String session;
  private final SimulatedLog log;
  private final SimulatedLog.Member member;
  private final CoreLoop loop;
  private final ConnectorCore core;
  private final List<Tasks> serials = new ArrayList<>();
  private @Nullable Intake intake;
  private boolean intakeDone;
  private boolean left;
  private boolean crashAtFailpoint;
  private boolean crashed;
  private @Nullable CompletableFuture<Integer> stopped;

  SimulatedWorker(
      String session,
      Setup setup,
      World world,
      Oracle oracle,
      SimulatedLog log,
      LedgerFactory ledgers,
      IntFunction<Sink> successSinks,
      IntFunction<Sink> failureSinks) {
    this.world = world;
    this.session = session;
    this.log = log;
    this.member = log.join();
    EngineEnvironment environment =
        new EngineEnvironment(
            world::nowNs,
            () -> Instant.EPOCH.plusNanos(world.nowNs()),
            world.random.split(),
            new NoState(),
            this::failpoint);
    this.loop = new CoreLoop(environment, this, ledgers);
    ConnectorPlan plan =
        new ConnectorPlan(
            "sim",
            member,
            new NoFormat(),
            Optional.of((event, format) -> !event.type().equals("FILTERED")),
            Optional.empty(),
            setup.hasFunction()
                ? Optional.of(
                    new FunctionPlan(
                        "f",
                        "default",
                        new SimulatedFunction(world, oracle, setup, member, session),
                        Setup.TIMEOUT,
                        new ConcurrencyPolicy(1, 4, 2)))
                : Optional.empty(),
            setup.delivery(),
            sinks("success", setup.sinks().size(), successSinks, world.random.nextBoolean()),
            failure(setup, failureSinks));
    this.core = new ConnectorCore(loop, plan, Optional.empty());
    loop.post(now -> loop.add(core, now));
  }

  private static FailurePlan failure(Setup setup, IntFunction<Sink> sinks) {
    return switch (setup.failure()) {
      case DROP -> new FailurePlan.Drop();
      case ONE_SINK -> new FailurePlan.DeadLetter(sinks("failure", 1, sinks, false));
      case TWO_SINKS -> new FailurePlan.DeadLetter(sinks("failure", 2, sinks, true));
    };
  }

  private static List<SinkPlan> sinks(
      String name, int count, IntFunction<Sink> sinks, boolean exhaustible) {
    List<SinkPlan> plans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      plans.add(
          new SinkPlan(
              name + i,
              sinks.apply(i),
              name + i,
              new ConcurrencyPolicy(1, 3, 2),
              Optional.empty(),
              Optional.empty(),
              new RetryPolicy(
                  name.equals("failure") && exhaustible ? OptionalInt.of(2) : OptionalInt.empty(),
                  Duration.ofMillis(1),
                  Duration.ofMillis(8),
                  Optional.empty())));
    }
    return plans;
  }

  private void failpoint(String name) {
    if (crashAtFailpoint && world.random.nextInt(3) == 0) {
      throw new Crash();
    }
  }

  /** Steps something of this worker. */
  void step() {
    if (crashed) {
      return;
    }
    try {
      int choice = world.random.nextInt(3 + serials.size());
      if (choice == 0) {
        loop.doWork();
      } else if (choice <= 2) {
        stepIntake();
      } else {
        serials.get(choice - 3).step();
      }
    } catch (Crash e) {
      crash();
    }
  }

  private void stepIntake() {
    Intake stepped = intake;
    if (stepped != null && !intakeDone) {
      intakeDone = stepped.doWork(world.nowNs(), Duration.ZERO) == Intake.DONE;
    }
    left = intakeDone && member.isLeft();
  }

  /** Ends without a word. What is on its way to a sink may still arrive. */
  void crash() {
    crashed = true;
    log.gone(member);
  }

  void crashAtNextFailpoint() {
    crashAtFailpoint = true;
  }

  void pauseFor(Duration time) {
    if (stopped == null) {
      core.post(now -> core.pause(new Pause("simulation", Instant.EPOCH)));
      world.later(time, this::resume);
    }
  }

  private void resume() {
    if (!crashed && stopped == null) {
      core.post(now -> core.pause(null));
    }
  }

  /** Trouble is over. */
  void resumeForGood() {
    crashAtFailpoint = false;
    resume();
  }

  void stop(Duration drain) {
    if (stopped == null && !crashed) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      stopped = answer;
      core.post(now -> core.stop(drain, now).thenAccept(answer::complete));
    }
  }

  boolean isOver() {
    return crashed || (stopped != null && stopped.isDone() && left);
  }

  @Override
  public void run(String connector, Intake made) {
    this.intake = made;
  }

  @Override
  public void wake(Intake woken) {
    // It is stepped again and again.
  }

  @Override
  public void wakeCore() {
    // It is stepped again and again.
  }

  @Override
  public SerialWorker worker(String role) {
    Tasks tasks = new Tasks();
    serials.add(tasks);
    return tasks;
  }

  @Override
  public String toString() {
    return session + (intake == null ? " not started" : " " + core.status(world.nowNs()));
  }

  private static final class Tasks implements SerialWorker {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean ended;

    @Override
    public void execute(Runnable task) {
      Oracle.require(!ended, () -> "a task was handed over after the end");
      tasks.add(task);
    }

    @Override
    public void end() {
      ended = true;
    }

    private void step() {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
    }
  }

  private static final class NoFormat implements Codec {
    @Override
    public String format() {
      return "none";
    }

    @Override
    public String mediaType() {
      return "none";
    }

    @Override
    public @Nullable Object decode(byte[] payload) {
      return null;
    }

    @Override
    public byte[] encode(@Nullable Object tree) {
      return new byte[0];
    }
  }

  private static final class NoState implements StateStore {
    @Override
    public Optional<byte[]> get(String key) {
      return Optional.empty();
    }

    @Override
    public void put(String key, byte[] value) {
      throw new AssertionError("nothing is kept in this simulation");
    }

    @Override
    public void delete(String key) {
      throw new AssertionError("nothing is kept in this simulation");
    }

    @Override
    public List<String> keys(String prefix) {
      return List.of();
    }
  }
}
