package io.penstock.testkit.simulation;

import io.penstock.connector.Lane;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.Order;
import io.penstock.engine.ledger.LedgerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of the whole engine from one seed: workers that share a log, a function and sinks that fail in
 * every way, rebalances, pauses, crashes at any failpoint, restarts. When trouble is over everything
 * must come to its end, and the {@link Oracle} must have seen nothing wrong on the way.
 */
public final class Simulation {

  private static final int TROUBLED_STEPS = 600;
  private static final int MAX_STEPS = 200_000;
  private static final int STEPS_A_ROUND = 3;
  private static final long STEP_NS = 600_000;

  private final Setup setup;
  private final World world;
  private final Oracle oracle;
  private final List<SimulatedLog> logs = new ArrayList<>();
  private final LedgerFactory ledgers;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private int sessions;
  private int toProduce;

  private Simulation(long seed, Order order, LedgerFactory ledgers) {
    World choices = new World(seed, 0);
    this.setup = Setup.of(choices.random, order);
    this.world = new World(seed + 1, setup.trouble());
    this.oracle = new Oracle(setup);
    for (int i = 0; i < setup.logs(); i++) {
      logs.add(new SimulatedLog(world, oracle, "log" + i, setup.lanes()));
    }
    this.ledgers = ledgers;
    this.toProduce = setup.logs() * setup.lanes() * setup.eventsPerLane();
  }

  /**
   * Runs a seed.
   *
   * @return how many rounds it took
   * @throws AssertionError that names the seed, if anything was lost, out of order, committed too
   *     early, repeated without need, or did not end
   */
  public static int run(long seed, Order order) {
    return run(seed, order, LedgerFactory.DEFAULT);
  }

  /** As {@link #run(long, Order)}, with ledgers of another make. */
  public static int run(long seed, Order order, LedgerFactory ledgers) {
    Simulation simulation = new Simulation(seed, order, ledgers);
    try {
      return simulation.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ", order " + order + ": " + e.getMessage() + "\n" + simulation.setup, e);
    }
  }

  private int run() {
    int step = 0;
    for (; step < TROUBLED_STEPS && !(toProduce == 0 && oracle.isAllCommitted()); step++) {
      produceSome();
      troubleWorkers();
      round();
    }
    while (toProduce > 0) {
      produce();
    }
    world.endTrouble();
    workers.forEach(SimulatedWorker::resumeForGood);
    while (!oracle.isAllCommitted()) {
      Oracle.require(step++ < MAX_STEPS, () -> "does not come to an end: " + workers);
      round();
    }
    oracle.checkEnd();
    while (!workers.stream().allMatch(SimulatedWorker::isIdle)) {
      Oracle.require(step++ < MAX_STEPS, () -> "does not become idle: " + workers);
      round();
    }
    stopAll();
    return step;
  }

  private void produceSome() {
    if (toProduce > 0 && world.random.nextInt(2) == 0) {
      produce();
    }
  }

  private void produce() {
    toProduce--;
    SimulatedLog log = logs.get(toProduce % logs.size());
    List<Lane> lanes = log.lanes();
    Lane lane = lanes.get(toProduce / logs.size() % lanes.size());
    int key = world.random.nextInt(setup.keys() + 1);
    log.append(lane, key == 0 ? "" : "key" + key, kind());
  }

  private SimRecord.Kind kind() {
    int chance = world.random.nextInt(40);
    if (chance < 4) {
      return SimRecord.Kind.FILTERED;
    }
    if (setup.trouble() == 0 || chance > 8) {
      return SimRecord.Kind.PLAIN;
    }
    if (chance == 4) {
      return SimRecord.Kind.UNREADABLE;
    }
    return setup.hasFunction() && chance < 7
        ? (chance == 5 ? SimRecord.Kind.REJECTED : SimRecord.Kind.POISON)
        : SimRecord.Kind.PLAIN;
  }

  private void troubleWorkers() {
    while (workers.size() < setup.workers()) {
      workers.add(newWorker());
    }
    if (!world.isTroubled() || world.random.nextInt(25) != 0) {
      return;
    }
    SimulatedWorker worker = workers.get(world.random.nextInt(workers.size()));
    switch (world.random.nextInt(6)) {
      case 0 -> worker.pauseOneFor(world.upToMs(30));
      case 1 -> worker.stop(world.upToMs(40));
      case 2 -> worker.stopOne(world.upToMs(40));
      case 3 -> {
        if (setup.seeks()) {
          worker.seekBack();
        }
      }
      case 4 -> {
        if (setup.crashes()) {
          worker.crash();
        }
      }
      default -> {
        if (setup.crashes()) {
          worker.crashAtNextFailpoint();
        }
      }
    }
  }

  private SimulatedWorker newWorker() {
    return new SimulatedWorker(
        "w" + sessions++,
        setup,
        world,
        oracle,
        logs,
        ledgers,
        this::successSink,
        this::failureSink);
  }

  private Sink successSink(int index) {
    return new SimulatedSink(
        world,
        setup.sinks().get(index),
        new SimulatedSink.Store() {
          @Override
          public void arrived(SinkRecord record) {
            oracle.delivered(index, record.event().id());
          }

          @Override
          public void rejected(SinkRecord record) {
            String id = record.event().id();
            oracle.rejected(index, setup.hasFunction() ? id.substring(0, id.lastIndexOf('/')) : id);
          }

          @Override
          public boolean mayReject() {
            return true;
          }
        });
  }

  private Sink failureSink(int index) {
    return new SimulatedSink(
        world,
        Sink.Ordering.NONE,
        new SimulatedSink.Store() {
          @Override
          public void arrived(SinkRecord record) {
            String id = record.event().id();
            oracle.deadLettered(
                index,
                id.substring(0, id.indexOf("/dead")),
                record.event().extension("penstockcause").orElse("none"));
          }

          @Override
          public void rejected(SinkRecord record) {
            // A failure sink that refuses is tried again for ever.
          }

          @Override
          public boolean mayReject() {
            return true;
          }
        });
  }

  /** One step of the world and of something in it. */
  private void round() {
    world.pass(world.random.nextLong(STEP_NS));
    if (world.random.nextInt(10) == 0) {
      logs.forEach(SimulatedLog::rebalance);
    }
    workers.removeIf(SimulatedWorker::isOver);
    if (workers.isEmpty()) {
      workers.add(newWorker());
    }
    SimulatedWorker worker = workers.get(world.random.nextInt(workers.size()));
    for (int i = 0; i < STEPS_A_ROUND; i++) {
      worker.step();
    }
    oracle.checkNothingWasWrong();
  }

  private void stopAll() {
    workers.forEach(worker -> worker.stop(Duration.ofSeconds(1)));
    int step = 0;
    while (!workers.stream().allMatch(SimulatedWorker::isOver)) {
      Oracle.require(step++ < MAX_STEPS, () -> "does not stop: " + workers);
      world.pass(STEP_NS);
      workers.forEach(SimulatedWorker::step);
    }
  }
}
