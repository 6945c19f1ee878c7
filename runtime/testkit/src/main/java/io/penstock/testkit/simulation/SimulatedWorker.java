package io.penstock.testkit.simulation;

import io.penstock.connector.Codec;
import io.penstock.connector.Lane;
import io.penstock.connector.Sink;
import io.penstock.connector.StateStore;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.core.Agents;
import io.penstock.engine.core.CoreLoop;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.intake.Intake;
import io.penstock.engine.ledger.LedgerFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One worker: a core loop with a connector for each log, whose threads are stepped by chance. */
final class SimulatedWorker implements Agents {

  /** Ends a worker in the middle of whatever it does. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    private Crash() {
      super("crash on purpose", null, false, false);
    }
  }

  private final World world;
  private final Setup setup;
  private final Oracle oracle;
  private final String name;
  private final List<SimulatedLog> logs;
  private final IntFunction<Sink> successSinks;
  private final IntFunction<Sink> failureSinks;
  private final CoreLoop loop;
  private final List<SimulatedConnector> connectors = new ArrayList<>();
  private final List<Tasks> serials = new ArrayList<>();
  private int sessions;
  private boolean stopping;
  private boolean crashAtFailpoint;
  private boolean crashed;

  SimulatedWorker(
      String name,
      Setup setup,
      World world,
      Oracle oracle,
      List<SimulatedLog> logs,
      LedgerFactory ledgers,
      IntFunction<Sink> successSinks,
      IntFunction<Sink> failureSinks) {
    this.world = world;
    this.setup = setup;
    this.oracle = oracle;
    this.name = name;
    this.logs = logs;
    this.successSinks = successSinks;
    this.failureSinks = failureSinks;
    EngineEnvironment environment =
        new EngineEnvironment(
            world::nowNs,
            () -> Instant.EPOCH.plusNanos(world.nowNs()),
            world.random.split(),
            new NoState(),
            Path::of,
            this::failpoint);
    this.loop = new CoreLoop(environment, this, ledgers);
    for (SimulatedLog log : logs) {
      connectors.add(connector(log));
    }
  }

  /**
   * A connector of its own for a log. All share the limits of the function and the destinations.
   */
  private SimulatedConnector connector(SimulatedLog log) {
    SimulatedLog.Member member = log.join();
    String session = name + "-" + logs.indexOf(log) + "-" + sessions++;
    ConnectorPlan plan =
        new ConnectorPlan(
            session,
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
                        ConcurrencyPolicy.adaptive(1, 4, 2)))
                : Optional.empty(),
            setup.delivery(),
            sinks("success", setup.sinks().size(), successSinks, world.random.nextBoolean()),
            failure(setup, failureSinks));
    return new SimulatedConnector(world, loop, member, plan);
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
              ConcurrencyPolicy.adaptive(1, 3, 2),
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
      serials.removeIf(Tasks::isOver);
      int choice = world.random.nextInt(1 + 2 * connectors.size() + serials.size());
      if (choice == 0) {
        loop.doWork();
      } else if (choice <= 2 * connectors.size()) {
        connectors.get((choice - 1) / 2).stepIntake();
      } else {
        serials.get(choice - 1 - 2 * connectors.size()).step();
      }
      startAgain();
    } catch (Crash e) {
      crash();
    }
  }

  /** A connector that was stopped alone is followed by another. */
  private void startAgain() {
    if (stopping) {
      return;
    }
    for (int i = 0; i < connectors.size(); i++) {
      if (connectors.get(i).isOver()) {
        connectors.set(i, connector(logs.get(i)));
      }
    }
  }

  /** Ends without a word. */
  void crash() {
    crashed = true;
    connectors.forEach(SimulatedConnector::crash);
  }

  void crashAtNextFailpoint() {
    crashAtFailpoint = true;
  }

  private SimulatedConnector oneOf() {
    return connectors.get(world.random.nextInt(connectors.size()));
  }

  void pauseOneFor(Duration time) {
    if (!crashed) {
      oneOf().pauseFor(time);
    }
  }

  void stopOne(Duration drain) {
    if (!crashed) {
      oneOf().stop(drain);
    }
  }

  void seekBack() {
    if (!crashed) {
      int index = world.random.nextInt(connectors.size());
      Lane lane = logs.get(index).anyLane();
      connectors.get(index).seekBack(lane, logs.get(index).anyPosition(lane));
    }
  }

  /** Trouble is over. */
  void resumeForGood() {
    crashAtFailpoint = false;
    if (!crashed) {
      connectors.forEach(SimulatedConnector::resume);
    }
  }

  void stop(Duration drain) {
    if (!crashed) {
      stopping = true;
      connectors.forEach(connector -> connector.stop(drain));
    }
  }

  boolean isOver() {
    return crashed || (stopping && connectors.stream().allMatch(SimulatedConnector::isOver));
  }

  boolean isIdle() {
    return crashed || connectors.stream().allMatch(SimulatedConnector::isIdle);
  }

  @Override
  public void run(String connector, Intake made) {
    connectors.stream().filter(c -> c.name().equals(connector)).forEach(c -> c.run(made));
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
    return name + " " + connectors;
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

    private boolean isOver() {
      return ended && tasks.isEmpty();
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
