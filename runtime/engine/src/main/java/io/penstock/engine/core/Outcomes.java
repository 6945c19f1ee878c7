package io.penstock.engine.core;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.RetryPolicy;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the end of an invocation means for each event of its batch: delivered, tried again (throttled,
 * failed, halved), expired, given up. Three budgets are kept apart: a throttle and a halving never
 * cost an attempt. Belongs to the core thread.
 */
final class Outcomes {

  private final ConnectorCore core;
  private final Works works;
  private final Route route;
  private final RetryPolicy retry;
  private final DeliveryPolicy.Bisect bisect;
  private final boolean ordered;

  Outcomes(ConnectorCore core, Route route, DeliveryPolicy.Bisect bisect) {
    this.core = core;
    this.works = core.works();
    this.route = route;
    this.retry = route.plan.retry();
    this.bisect = bisect;
    this.ordered = route.isOrdered();
  }

  /**
   * Each event by its own outcome. With order, what follows the first of a key that isn't done goes
   * back with it, whatever became of it.
   *
   * @return the longest throttle among them, or null if there was none
   */
  @Nullable Duration each(List<Work> batch, InvocationResult result, long nowNs) {
    List<EventOutcome> outcomes = OutcomeReader.inOrder(batch, result);
    if (outcomes == null) {
      batchFailed(
          batch,
          "BAD_OUTCOME",
          OutcomeReader.complaint(route.functionName(), batch, result),
          nowNs);
      return null;
    }
    Set<Long> blocked = Set.of(); // usually stays empty, and costs nothing then
    List<Work> back = new ArrayList<>();
    List<Work> done = new ArrayList<>(batch.size());
    List<List<Event>> results = new ArrayList<>(batch.size());
    Duration throttle = null;
    for (int i = 0; i < batch.size(); i++) {
      Work work = batch.get(i);
      EventOutcome outcome = outcomes.get(i);
      if (work.ended) {
        core.countLate(1);
      } else if (ordered && !blocked.isEmpty() && blocked.contains(work.orderKey())) {
        work.dueNs(nowNs);
        back.add(work);
      } else if (outcome instanceof EventOutcome.Done handled) {
        done.add(work);
        results.add(handled.results());
      } else {
        blocked = blocked.isEmpty() ? new HashSet<>() : blocked;
        block(blocked, work);
        if (outcome instanceof EventOutcome.Throttled throttled
            && (throttle == null || throttled.after().compareTo(throttle) > 0)) {
          throttle = throttled.after();
        }
        if (staysAfter(work, outcome, nowNs)) {
          back.add(work);
        }
      }
    }
    works.deliver(route, done, results, nowNs);
    putBack(back, nowNs);
    return throttle;
  }

  private static void block(Set<Long> blocked, Work work) {
    if (work.orderKey() != 0) {
      blocked.add(work.orderKey());
    }
  }

  /** What a work that isn't done comes to: put back (with its time set) or given up. */
  private boolean staysAfter(Work work, EventOutcome outcome, long nowNs) {
    if (outcome instanceof EventOutcome.Retry failed) {
      return retries(
          work, RetryPolicy.delayNs(failed.after()), failed.code(), failed.text(), nowNs);
    }
    if (outcome instanceof EventOutcome.Throttled throttled) {
      return waits(work, RetryPolicy.delayNs(throttled.after()), nowNs);
    }
    EventOutcome.Reject reject = (EventOutcome.Reject) outcome;
    works.fail(work, reject.code(), reject.text(), nowNs);
    return false;
  }

  private boolean retries(Work work, long afterNs, String code, String text, long nowNs) {
    work.failures++;
    work.throttles = 0;
    core.countFailure(code, text);
    if (work.evict) {
      works.fail(work, "HEAD_OF_LINE", "held up a full window; last failure: " + text, nowNs);
      return false;
    }
    if (retry.isExhausted(work.failures + work.record.previousAttempts())) {
      works.fail(work, code, text, nowNs);
      return false;
    }
    long delay = Math.max(afterNs, retry.backoffNs(work.failures, core.random()));
    if (isTooOld(work, delay, nowNs)) {
      core.expired(work, nowNs);
      return false;
    }
    core.attempted(work, new AttemptEnd.Retried(Duration.ofNanos(delay), code, text));
    work.dueNs(nowNs + delay);
    return true;
  }

  private boolean waits(Work work, long afterNs, long nowNs) {
    work.throttles++;
    core.countThrottle();
    long delay = Math.max(afterNs, retry.backoffNs(work.throttles, core.random()));
    if (isTooOld(work, delay, nowNs)) {
      core.expired(work, nowNs);
      return false;
    }
    core.attempted(work, new AttemptEnd.Throttled(Duration.ofNanos(delay)));
    work.dueNs(nowNs + delay);
    return true;
  }

  /** The function or something behind it is overloaded: everything waits, no attempt is counted. */
  void throttledAll(List<Work> batch, InvocationResult.Throttled throttled, long nowNs) {
    core.noteError("THROTTLED", throttled.text());
    perEvent(batch, nowNs, work -> waits(work, RetryPolicy.delayNs(throttled.retryAfter()), nowNs));
  }

  /** The batch failed as a whole: it is halved, or each of its events has failed. */
  void batchFailed(List<Work> batch, String code, String text, long nowNs) {
    if (batch.size() == 1 || bisect == DeliveryPolicy.Bisect.OFF) {
      perEvent(batch, nowNs, work -> retries(work, 0, code, text, nowNs));
      return;
    }
    core.noteError(code, text);
    int half = (batch.size() + 1) / 2;
    for (Work work : batch) {
      work.batchCap(half);
    }
    putBackAll(batch, nowNs + retry.backoffNs(1, core.random()), nowNs);
  }

  private interface Decision {
    boolean stays(Work work);
  }

  private void perEvent(List<Work> batch, long nowNs, Decision decision) {
    Set<Long> blocked = new HashSet<>();
    List<Work> back = new ArrayList<>();
    for (Work work : batch) {
      if (work.ended) {
        core.countLate(1);
      } else if (ordered && blocked.contains(work.orderKey())) {
        work.dueNs(nowNs);
        back.add(work);
      } else {
        block(blocked, work);
        if (decision.stays(work)) {
          back.add(work);
        }
      }
    }
    putBack(back, nowNs);
  }

  /** Everything goes back, not before a time. */
  void putBackAll(List<Work> batch, long dueNs, long nowNs) {
    List<Work> back = new ArrayList<>(batch.size());
    for (Work work : batch) {
      if (work.ended) {
        core.countLate(1);
      } else {
        work.dueNs(dueNs);
        back.add(work);
      }
    }
    putBack(back, nowNs);
  }

  /** In reverse, as the queue wants it. */
  private void putBack(List<Work> back, long nowNs) {
    for (int i = back.size() - 1; i >= 0; i--) {
      works.putBack(back.get(i), nowNs);
    }
  }

  /** Gives up what is too old; answers what isn't. */
  List<Work> expire(List<Work> taken, long nowNs) {
    List<Work> young = new ArrayList<>(taken.size());
    Set<Long> blocked = new HashSet<>();
    List<Work> back = new ArrayList<>();
    for (Work work : taken) {
      if (ordered && blocked.contains(work.orderKey())) {
        back.add(work);
      } else if (isTooOld(work, 0, nowNs)) {
        core.expired(work, nowNs);
        block(blocked, work);
      } else {
        young.add(work);
      }
    }
    back.forEach(work -> work.dueNs(nowNs));
    putBack(back, nowNs);
    return young;
  }

  private boolean isTooOld(Work work, long delayNs, long nowNs) {
    return retry.maxAge().isPresent()
        && nowNs + delayNs - work.takenNs >= retry.maxAge().get().toNanos();
  }
}
