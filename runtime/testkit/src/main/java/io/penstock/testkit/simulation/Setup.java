package io.penstock.testkit.simulation;

import io.penstock.connector.Sink;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.WindowPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * What a seed decides about a run.
 *
 * @param logs how many logs there are, each with a connector of its own in every worker
 * @param lanes how many lanes a log has
 * @param eventsPerLane how many events each lane gets, at random times
 * @param keys how many keys there are; some events have none
 * @param workers how many workers share the lanes
 * @param delivery the connector's policy
 * @param sinks the orderings of the success sinks; none for a function without results
 * @param hasFunction whether there is a function, or a plain stream
 * @param failure what becomes of events that can't be handled
 * @param trouble how likely anything goes wrong while trouble lasts, from 0 to 1
 * @param crashes whether workers crash
 * @param seeks whether lanes are sought back to places before
 */
record Setup(
    int logs,
    int lanes,
    int eventsPerLane,
    int keys,
    int workers,
    DeliveryPolicy delivery,
    List<Sink.Ordering> sinks,
    boolean hasFunction,
    Failure failure,
    double trouble,
    boolean crashes,
    boolean seeks) {

  /** What becomes of events that can't be handled. */
  enum Failure {
    ONE_SINK,
    TWO_SINKS,
    DROP
  }

  /** How many attempts an event has. */
  static final int MAX_ATTEMPTS = 3;

  static final Duration TIMEOUT = Duration.ofMillis(60);

  static Setup of(RandomGenerator random, Order order) {
    RetryPolicy retry =
        new RetryPolicy(
            OptionalInt.of(MAX_ATTEMPTS),
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            random.nextInt(8) == 0 ? Optional.of(Duration.ofMillis(150)) : Optional.empty());
    BatchPolicy batch =
        new BatchPolicy(
            1 + random.nextInt(8),
            random.nextInt(4) == 0 ? 300 : 1 << 20,
            Duration.ofMillis(random.nextInt(3) == 0 ? 5 : 0));
    WindowPolicy window =
        new WindowPolicy(
            3 + random.nextInt(30),
            random.nextInt(4) == 0 ? 8_000 : 1 << 20,
            random.nextInt(5) == 0 ? WindowPolicy.WhenFull.DEAD_LETTER : WindowPolicy.WhenFull.WAIT,
            Duration.ofMillis(5),
            Duration.ofMillis(random.nextInt(60)));
    boolean hasFunction = random.nextInt(6) != 0;
    List<Sink.Ordering> sinks = new ArrayList<>();
    int sinkCount = hasFunction ? random.nextInt(3) : 1 + random.nextInt(2);
    for (int i = 0; i < sinkCount; i++) {
      sinks.add(random.nextBoolean() ? Sink.Ordering.KEPT : Sink.Ordering.NONE);
    }
    return new Setup(
        1 + random.nextInt(2),
        1 + random.nextInt(3),
        5 + random.nextInt(25),
        1 + random.nextInt(5),
        1 + random.nextInt(2),
        new DeliveryPolicy(
            order,
            batch,
            retry,
            random.nextBoolean() ? DeliveryPolicy.Bisect.ON : DeliveryPolicy.Bisect.OFF,
            window),
        List.copyOf(sinks),
        hasFunction,
        Failure.values()[random.nextInt(Failure.values().length)],
        random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.4,
        random.nextBoolean(),
        random.nextInt(4) == 0);
  }
}
