package io.penstock.testkit.gate;

import java.time.Duration;
import java.util.List;

/**
 * A backend, what happens to it, and what a limiter must make of it.
 *
 * @param name of its file
 * @param description in a sentence
 * @param headline whether it is among those that are drawn and compared first
 * @param workers how many share the backend, each with a limiter of its own
 * @param joinEvery how long after one worker the next begins
 * @param limit bounds and start of each limiter
 * @param calls what is sent
 * @param backend what it is sent to
 * @param phases one after the other
 */
public record Scenario(
    String name,
    String description,
    boolean headline,
    int workers,
    Duration joinEvery,
    Bounds limit,
    Calls calls,
    Backend backend,
    List<Phase> phases) {

  /** What the capacity of a backend is counted in. */
  public enum Kind {
    /** Calls at a time; what is beyond waits in a queue if there is room, or is refused. */
    SLOTS,
    /** Cores that all calls share, as a function in this process does. */
    CORES,
    /** Calls a second; what is beyond is refused with the time to come back. */
    RATE,
    /** One that handles all that waits at once; its capacity is the calls a second at its best. */
    BATCHES
  }

  /** Bounds and start of a limiter. */
  public record Bounds(int min, int max, int initial) {}

  /**
   * What is sent.
   *
   * @param perSecond of each worker, at random times; 0 for as many as the gate lets through
   * @param timeout of a call
   * @param together answers are handled together, so far apart; zero for each on its own
   */
  public record Calls(double perSecond, Duration timeout, Duration together) {}

  /**
   * A backend.
   *
   * @param kind what its capacity is counted in
   * @param service the mean time of a call of no event
   * @param perEvent what each event adds
   * @param cv the coefficient of variation of the service time, lognormal
   * @param fastShare how many calls take {@code fast} instead, without a slot
   * @param fast as from a cache
   * @param queue how many wait before it refuses
   * @param refusal how long it takes to refuse
   * @param randomRefusals the share of calls that it refuses for no reason
   * @param retryAfter what a refusal asks for; zero for nothing
   * @param network one way, twice a call, exponentially distributed
   * @param coldCalls so many calls of each worker are slow at first
   * @param coldFactor how many times slower
   */
  public record Backend(
      Kind kind,
      Duration service,
      Duration perEvent,
      double cv,
      double fastShare,
      Duration fast,
      int queue,
      Duration refusal,
      double randomRefusals,
      Duration retryAfter,
      Duration network,
      int coldCalls,
      double coldFactor) {}

  /**
   * A while with one capacity.
   *
   * @param time how long it lasts
   * @param capacity of the backend
   * @param slowdown the factor on its service times
   * @param minEvents a call's fewest events
   * @param maxEvents a call's most events, all numbers between are equally likely
   * @param expect what must hold
   */
  public record Phase(
      Duration time,
      double capacity,
      double slowdown,
      int minEvents,
      int maxEvents,
      Expectation expect) {}

  /**
   * The ranges that a phase's figures must keep.
   *
   * @param utilisation of the capacity, or of what is sent if that is less, in the second half
   * @param roundTripsTo90 until nine tenths of that are used and nothing is overloaded
   * @param refusedPercent of all answers
   * @param p50ToService the median latency by the median service time, in the second half
   * @param fairness Jain's index of the workers' shares, in the second half
   * @param roundTripsToFair until that is 0.95
   * @param limit the mean of the sum of all limits, in the second half
   */
  public record Expectation(
      Range utilisation,
      Range roundTripsTo90,
      Range refusedPercent,
      Range p50ToService,
      Range fairness,
      Range roundTripsToFair,
      Range limit) {}

  /** How long all phases last. */
  public Duration time() {
    return phases.stream().map(Phase::time).reduce(Duration.ZERO, Duration::plus);
  }
}
