package io.penstock.engine.core;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.QueueCapability;
import io.penstock.connector.QueueSource;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.engine.intake.Budget;
import io.penstock.engine.intake.Intake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a queue source is told about its records: starts, renewals, releases, settlements, progress.
 * Belongs to the core thread; the source is reached through commands to its intake.
 */
final class QueueDesk {

  private static final Logger log = LoggerFactory.getLogger(QueueDesk.class);
  private static final long SETTLE_AGAIN_NS = Duration.ofMillis(200).toNanos();

  private static final Demand NOTHING = new Demand(0, 0, Set.of());

  /** What to ask for, and how many chunks the core had taken over when it worked that out. */
  private record Offer(Demand demand, long chunksTaken) {}

  /** A batch whose start is to be made durable. */
  private record Starting(BatchRun run, Route route) {}

  private final ConnectorCore core;
  private final Budget budget;
  private final QueueSource source;
  private final Intake intake;
  private final long leaseNs;
  private final boolean keepsAttempts;
  private List<Starting> starting = new ArrayList<>();
  private List<QueueSource.Attempt> attempts = new ArrayList<>();
  private List<QueueSource.Settled> settled = new ArrayList<>();
  private long renewedNs;
  private boolean isStarting;
  private boolean gaveBack;
  private volatile Offer offer = new Offer(NOTHING, 0);

  QueueDesk(ConnectorCore core, Budget budget, QueueSource source, Intake intake, long nowNs) {
    this.core = core;
    this.budget = budget;
    this.source = source;
    this.intake = intake;
    this.leaseNs = source.capabilities().lease().toNanos();
    this.keepsAttempts = can(QueueCapability.ATTEMPTS);
    this.renewedNs = nowNs;
  }

  private boolean can(QueueCapability capability) {
    return source.capabilities().has().contains(capability);
  }

  /** Has the start of a batch made durable with the next {@link #flush}, then lets it be invoked. */
  void start(BatchRun run, Route route) {
    starting.add(new Starting(run, route));
  }

  /** Makes all starts durable at once that have come while those before were made so. */
  private void flushStarts() {
    if (starting.isEmpty() || isStarting || gaveBack) {
      return;
    }
    isStarting = true;
    List<Starting> begun = starting;
    starting = new ArrayList<>();
    List<SourceRecord> records = new ArrayList<>();
    for (Starting one : begun) {
      records.addAll(recordsOf(one.run.works));
    }
    intake.submit(
        () -> {
          try {
            source.started(records);
          } catch (RuntimeException e) {
            log.warn("{}: {} starts could not be made durable", core.name(), records.size(), e);
            core.post(
                now -> {
                  isStarting = false;
                  begun.forEach(one -> one.route.notStarted(one.run, now));
                });
            return;
          }
          core.post(
              now -> {
                isStarting = false;
                begun.forEach(one -> one.route.started(one.run, now));
              });
        });
    core.wakeIntake();
  }

  /** An attempt of a record has ended; told with the next {@link #flush}. */
  void attempted(Work work, AttemptEnd end) {
    if (keepsAttempts && !gaveBack) {
      attempts.add(new QueueSource.Attempt(work.record, end));
    }
  }

  private void flushAttempts() {
    if (attempts.isEmpty()) {
      return;
    }
    List<QueueSource.Attempt> told = attempts;
    attempts = new ArrayList<>();
    intake.submit(() -> source.attempted(told));
    core.wakeIntake();
  }

  private static List<SourceRecord> recordsOf(Collection<Work> works) {
    List<SourceRecord> records = new ArrayList<>(works.size());
    for (Work work : works) {
      records.add(work.record);
    }
    return records;
  }

  /** A record is settled; told with the next {@link #flush}. */
  void settled(Work work, Settlement settlement) {
    if (gaveBack) {
      return; // somebody else has the record by now
    }
    settled.add(new QueueSource.Settled(work.record, settlement));
  }

  /** Tells the source what has ended, what was settled and what begins. */
  void flush() {
    flushAttempts(); // an attempt may have ended and the next one begun in this round
    flushSettled();
    flushStarts();
  }

  private void flushSettled() {
    if (settled.isEmpty()) {
      return;
    }
    List<QueueSource.Settled> told = settled;
    settled = new ArrayList<>();
    intake.submit(
        () -> {
          core.failpoints().reached("before-queue-settle");
          try {
            source.settled(told);
          } catch (RuntimeException e) {
            log.warn("{}: {} settlements could not be kept", core.name(), told.size(), e);
            core.post(now -> core.at(now + SETTLE_AGAIN_NS, again -> settled.addAll(told)));
            return;
          }
          core.failpoints().reached("after-queue-settle");
        });
    core.wakeIntake();
  }

  /**
   * Puts a work back into the queue if its delay is better waited for there: longer than the lease,
   * and within what the queue can do. Otherwise it is held here and renewed. A work that is bound
   * to an order stays, or another would overtake it; and so does one that was only throttled if the
   * queue counts deliveries, for a throttle is no attempt.
   */
  boolean release(Work work, long nowNs) {
    long delayNs = work.dueNs() - nowNs;
    int max = source.capabilities().maxDeliveries();
    if (gaveBack
        || !can(QueueCapability.DELAYED_RELEASE)
        || delayNs <= leaseNs
        || delayNs < source.capabilities().minReleaseDelay().toNanos()
        || work.orderKey() != SourceRecord.NO_ORDER_KEY
        || (max > 0 && (work.throttles > 0 || work.record.previousAttempts() + 2 >= max))) {
      return false;
    }
    SourceRecord record = work.record;
    flushAttempts();
    intake.submit(() -> source.release(record, Duration.ofNanos(delayNs)));
    core.wakeIntake();
    return true;
  }

  /** Puts everything back at once, for somebody else: it is the end. */
  void giveBackAll(Collection<LaneState> lanes) {
    flush();
    lanes.forEach(this::giveBack);
    gaveBack = true;
  }

  /** Puts everything of a lane back at once, for somebody else. */
  void giveBack(LaneState lane) {
    if (gaveBack) {
      return;
    }
    for (Work work : lane.unsettled()) {
      SourceRecord record = work.record;
      intake.submit(() -> source.release(record, Duration.ZERO));
    }
  }

  /** Renews leases when a third of their time is over. */
  void renew(Collection<LaneState> lanes, long nowNs) {
    if (!can(QueueCapability.RENEW) || nowNs - renewedNs < leaseNs / 3) {
      return;
    }
    renewedNs = nowNs;
    for (LaneState lane : lanes) {
      List<SourceRecord> records = recordsOf(lane.unsettled());
      if (!records.isEmpty()) {
        intake.submit(() -> source.renew(records));
      }
    }
    core.wakeIntake();
  }

  /** When {@link #renew} has something to do. */
  long nextRenewalNs() {
    return can(QueueCapability.RENEW) ? renewedNs + leaseNs / 3 : Long.MAX_VALUE;
  }

  void progress(BatchRun run, double fraction, String note) {
    if (can(QueueCapability.PROGRESS)) {
      for (SourceRecord record : recordsOf(run.works)) {
        intake.submit(() -> source.progress(record, fraction, note));
      }
      core.wakeIntake();
    }
  }

  /**
   * What to ask the source for. Nothing while the core has not looked at everything that was handed
   * over, so that the same credit is not used twice. Intake thread.
   */
  Demand demand() {
    Offer made = offer;
    return made.chunksTaken == budget.chunksHandedOver() ? made.demand : NOTHING;
  }

  /** Works out what the routes can take; wakes an intake that waits for it. */
  void updateDemand(Collection<Route> routes, Route own, long freeBytes) {
    Set<String> saturated = new HashSet<>();
    Map<String, Integer> credits = new HashMap<>();
    int most = 0;
    for (Route route : routes) {
      int credit = route.credit();
      most = Math.max(most, credit);
      if (route != own) {
        credits.put(route.plan.name(), credit);
        if (credit == 0) {
          saturated.add(route.plan.name());
        }
      }
    }
    // A route that nobody has named yet has credit, so a saturated own route stops nothing else.
    int events = routes.size() == 1 && core.hasNoNamedRoutes() ? own.credit() : Math.max(most, 1);
    Offer before = offer;
    offer =
        new Offer(
            new Demand(events, Math.max(0, freeBytes), Set.copyOf(saturated), Map.copyOf(credits)),
            budget.chunksTaken());
    if (events > 0 && (before.demand.events() == 0 || before.chunksTaken != offer.chunksTaken)) {
      core.wakeIntake();
    }
  }
}
