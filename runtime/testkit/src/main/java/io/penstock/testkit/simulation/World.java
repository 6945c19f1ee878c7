package io.penstock.testkit.simulation;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Simulated time, chance, and what is to happen later. */
final class World {

  private record Later(long atNs, long number, Runnable action) {}

  final SplittableRandom random;
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(
          (a, b) ->
              a.atNs != b.atNs ? Long.compare(a.atNs, b.atNs) : Long.compare(a.number, b.number));
  private long nowNs = 1;
  private long number;
  private double trouble;

  World(long seed, double trouble) {
    this.random = new SplittableRandom(seed);
    this.trouble = trouble;
  }

  long nowNs() {
    return nowNs;
  }

  /** Whether something goes wrong this time. */
  boolean trouble() {
    return trouble > 0 && random.nextDouble() < trouble;
  }

  /** Whether something goes wrong that does so less often. */
  boolean rareTrouble() {
    return trouble > 0 && random.nextDouble() < trouble * trouble;
  }

  /** From now on nothing goes wrong, so that everything can come to its end. */
  void endTrouble() {
    trouble = 0;
  }

  boolean isTroubled() {
    return trouble > 0;
  }

  void later(Duration delay, Runnable action) {
    later.add(new Later(nowNs + delay.toNanos(), number++, action));
  }

  /** A delay up to so many milliseconds. */
  Duration upToMs(int ms) {
    return Duration.ofNanos((long) (random.nextDouble() * ms * 1_000_000));
  }

  /** Lets time pass and runs what is due. */
  void pass(long ns) {
    nowNs += ns;
    Later next;
    while ((next = later.peek()) != null && next.atNs <= nowNs) {
      later.poll();
      next.action.run();
    }
  }
}
