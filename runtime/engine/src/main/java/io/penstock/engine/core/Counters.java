package io.penstock.engine.core;

import io.penstock.connector.Settlement;
import io.penstock.engine.ConnectorStatus.Counts;

/** What happened so far. Belongs to the core thread. */
final class Counters {

  private static final double SMOOTHING = 0.3;
  private static final long SECOND_NS = 1_000_000_000L;

  long received;
  long skipped;
  long delivered;
  long filtered;
  long deadLettered;
  long dropped;
  long invocations;
  long failures;
  long throttles;
  long timeouts;
  long expired;
  long late;
  long unreadable;

  private boolean rateStarted;
  private long rateSinceNs;
  private long settledThen;
  private double perSecond;

  void settled(Settlement settlement) {
    switch (settlement) {
      case DELIVERED -> delivered++;
      case FILTERED -> filtered++;
      case DEAD_LETTERED -> deadLettered++;
      case DROPPED -> dropped++;
    }
  }

  private long allSettled() {
    return delivered + filtered + deadLettered + dropped;
  }

  /** Takes the rate's next sample, if a second has passed: exponential smoothing. */
  void sampleRate(long nowNs) {
    if (!rateStarted) {
      rateStarted = true;
      rateSinceNs = nowNs;
      settledThen = allSettled();
    } else if (nowNs - rateSinceNs >= SECOND_NS) {
      double rate = (allSettled() - settledThen) * (double) SECOND_NS / (nowNs - rateSinceNs);
      perSecond = perSecond == 0 ? rate : perSecond + SMOOTHING * (rate - perSecond);
      rateSinceNs = nowNs;
      settledThen = allSettled();
    }
  }

  double perSecond() {
    return perSecond;
  }

  Counts snapshot() {
    return new Counts(
        received,
        skipped,
        delivered,
        filtered,
        deadLettered,
        dropped,
        invocations,
        failures,
        throttles,
        timeouts,
        expired,
        late,
        unreadable);
  }
}
