package io.penstock.testkit.gate;

import io.penstock.testkit.gate.Scenario.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs a scenario in simulated time: one thread, and the same seed is the same run. One nominal
 * round trip is one tick; every figure is made of ticks.
 */
public final class ScenarioRun {

  /**
   * So many round trips are looked at together, to tell whether capacity or fairness is reached.
   */
  private static final int WINDOW = 10;

  private static final int FAIR_WINDOW = 20;

  private static final double USED = 0.9;
  private static final double FAIR = 0.95;

  /** A moment of a run, for drawing. */
  public record Moment(
      double seconds, double capacity, int limit, int inFlight, double latencyMs) {}

  /** The figures of each phase, and the run's moments, one a round trip. */
  public record Result(List<Figures> phases, List<Moment> moments, long calls) {}

  private final Scenario scenario;
  private final Step.Line line = new Step.Line();
  private final Tally tally;
  private final SimulatedBackend backend;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final List<Moment> moments = new ArrayList<>();
  private long calls;

  private ScenarioRun(Scenario scenario, Algorithm algorithm, long seed) {
    this.scenario = scenario;
    SplittableRandom random = new SplittableRandom(seed);
    this.tally = new Tally(scenario.workers());
    this.backend = SimulatedBackend.of(scenario.backend(), line, random.split(), tally);
    for (int i = 0; i < scenario.workers(); i++) {
      workers.add(
          new SimulatedWorker(
              i,
              algorithm.gate(scenario.limit(), random.split()),
              scenario.calls(),
              backend,
              line,
              random.split(),
              tally));
    }
  }

  /** Runs it. */
  public static Result run(Scenario scenario, Algorithm algorithm, long seed) {
    return new ScenarioRun(scenario, algorithm, seed).run();
  }

  private Result run() {
    List<Figures> figures = new ArrayList<>();
    long nowNs = 0;
    for (int i = 0; i < scenario.phases().size(); i++) {
      Phase phase = scenario.phases().get(i);
      tally.clear(nowNs);
      workers.forEach(worker -> worker.enter(phase));
      backend.enter(phase, nowNs);
      long endNs = nowNs + phase.time().toNanos();
      if (i == 0) {
        join();
      }
      long tickNs = (long) backend.roundTripNs();
      run(nowNs, nowNs + phase.time().toNanos() / 2, tickNs, phase);
      int half = tally.ticks.size();
      tally.forgetTimes();
      run(nowNs + phase.time().toNanos() / 2, endNs, tickNs, phase);
      figures.add(figures(half, tickNs));
      nowNs = endNs;
    }
    return new Result(figures, moments, calls);
  }

  private void join() {
    for (SimulatedWorker worker : workers) {
      line.add(
          new Step() {
            @Override
            void happen(long nowNs) {
              worker.begin(nowNs);
            }
          },
          worker.number * scenario.joinEvery().toNanos());
    }
  }

  private void run(long fromNs, long toNs, long tickNs, Phase phase) {
    for (long end = fromNs + tickNs; end <= toNs; end += tickNs) {
      Step mark = new Mark();
      line.add(mark, end);
      for (Step step = line.poll(); step != mark; step = line.poll()) {
        step.happen(step.atNs);
      }
      int limit = 0;
      int inFlight = 0;
      for (SimulatedWorker worker : workers) {
        limit += worker.gate.limit();
        inFlight += worker.gate.inFlight();
      }
      tally.tick(end, limit, inFlight);
      Tally.Tick tick = tally.ticks.get(tally.ticks.size() - 1);
      long served = tick.answers - tick.refusals;
      moments.add(
          new Moment(
              end / 1e9,
              phase.capacity(),
              limit,
              inFlight,
              served == 0 ? Double.NaN : tick.latencyNs / served / 1e6));
      calls += tick.answers;
    }
  }

  private static final class Mark extends Step {
    @Override
    void happen(long nowNs) {
      throw new IllegalStateException("a mark is looked at, not run");
    }
  }

  private Figures figures(int half, long tickNs) {
    List<Tally.Tick> ticks = tally.ticks;
    double demand = backend.demandShare(scenario.calls(), scenario.workers());
    return new Figures(
        used(ticks.subList(half, ticks.size()), tickNs) / demand,
        used(ticks, tickNs) / demand,
        first(ticks, WINDOW, window -> isAtCapacity(window, tickNs, demand)),
        100.0
            * ticks.stream().mapToLong(t -> t.refusals).sum()
            / Math.max(1, ticks.stream().mapToLong(t -> t.answers).sum()),
        tally.latencies.median() / tally.services.median(),
        meanFairness(ticks.subList(half, ticks.size())),
        first(ticks, FAIR_WINDOW, window -> jain(window) >= FAIR),
        ticks.subList(half, ticks.size()).stream().mapToInt(t -> t.limit).average().orElse(0));
  }

  private static double used(List<Tally.Tick> ticks, long tickNs) {
    return ticks.stream().mapToDouble(t -> t.used).sum() / ticks.size() / tickNs;
  }

  private boolean isAtCapacity(List<Tally.Tick> window, long tickNs, double demand) {
    long answers = window.stream().mapToLong(t -> t.answers).sum();
    long refusals = window.stream().mapToLong(t -> t.refusals).sum();
    double latency = window.stream().mapToDouble(t -> t.latencyNs).sum() / (answers - refusals);
    return used(window, tickNs) >= USED * demand
        && refusals * 10 <= answers
        && latency <= 2.0 * tickNs;
  }

  private interface Test {
    boolean holds(List<Tally.Tick> window);
  }

  private static double first(List<Tally.Tick> ticks, int length, Test test) {
    for (int i = 0; i + length <= ticks.size(); i++) {
      if (test.holds(ticks.subList(i, i + length))) {
        return i;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private double meanFairness(List<Tally.Tick> ticks) {
    double sum = 0;
    int windows = 0;
    for (int i = 0; i + FAIR_WINDOW <= ticks.size(); i += FAIR_WINDOW) {
      sum += jain(ticks.subList(i, i + FAIR_WINDOW));
      windows++;
    }
    return windows == 0 ? Double.NaN : sum / windows;
  }

  private double jain(List<Tally.Tick> window) {
    double sum = 0;
    double squares = 0;
    for (int w = 0; w < scenario.workers(); w++) {
      int worker = w;
      double share = window.stream().mapToLong(t -> t.served[worker]).sum();
      sum += share;
      squares += share * share;
    }
    return squares == 0 ? 0 : sum * sum / (scenario.workers() * squares);
  }
}
