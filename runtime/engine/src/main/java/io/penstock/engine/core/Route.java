package io.penstock.engine.core;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.Settlement;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Limit;
import io.penstock.engine.order.BatchLimits;
import io.penstock.engine.order.ReadyQueue;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route at work: forms batches of what is ready, lets them through the gate, calls the function, and
 * reads the outcome of each event. Belongs to the core thread.
 */
final class Route {

  private static final Logger log = LoggerFactory.getLogger(Route.class);

  /** The longest that a throttle without a Retry-After keeps a gate shut. */
  private static final long MAX_SHUT_NS = Duration.ofSeconds(5).toNanos();

  final RoutePlan plan;
  final ReadyQueue<Work> ready;
  final Gate gate;
  final List<SinkPort<Work>> successPorts;
  final List<SinkPort<Work>> failurePorts;
  private final ConnectorCore core;
  private final @Nullable FunctionPlan function;
  private final DeliveryPolicy delivery;
  private final BatchLimits limits;
  private final boolean ordered;
  private final ArrayDeque<BatchRun> running = new ArrayDeque<>();
  private int throttlesInARow;
  private long lastThrottleNs;
  private volatile @Nullable String progress;

  Route(
      ConnectorCore core,
      RoutePlan plan,
      DeliveryPolicy delivery,
      ReadyQueue<Work> ready,
      Gate gate,
      List<SinkPort<Work>> successPorts,
      List<SinkPort<Work>> failurePorts) {
    this.core = core;
    this.plan = plan;
    this.function = plan.function().orElse(null);
    this.delivery = delivery;
    this.ready = ready;
    this.gate = gate;
    this.successPorts = successPorts;
    this.failurePorts = failurePorts;
    BatchPolicy batch = delivery.batch();
    this.limits = new BatchLimits(batch.maxEvents(), batch.maxBytes(), batch.maxWait().toNanos());
    this.ordered = delivery.order() != io.penstock.engine.Order.NONE;
  }

  String functionName() {
    return function == null ? plan.name() : function.name();
  }

  String account() {
    return function == null ? "default" : function.account();
  }

  boolean isOrdered() {
    return ordered;
  }

  /** Starts what may start. */
  void dispatch(long nowNs) {
    ready.wake(nowNs);
    while (gate.isOpen(nowNs)) {
      List<Work> taken = new ArrayList<>();
      if (!ready.takeBatch(limits, nowNs, taken)) {
        return;
      }
      List<Work> works = taken;
      for (Work work : taken) {
        core.tookOut(work);
      }
      if (plan.retry().maxAge().isPresent()) {
        works = expire(taken, nowNs);
      }
      if (!works.isEmpty()) {
        gate.tryEnter(nowNs);
        start(new BatchRun(this, works, core.clock(), core::progressed), nowNs);
      }
    }
  }

  private List<Work> expire(List<Work> taken, long nowNs) {
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
    return plan.retry().maxAge().isPresent()
        && nowNs + delayNs - work.takenNs >= plan.retry().maxAge().get().toNanos();
  }

  private void start(BatchRun run, long nowNs) {
    run.startNs = nowNs;
    if (!core.startedDurably(run)) {
      invoke(run, nowNs);
    }
  }

  /** Calls the function. The works may have gone with their lanes meanwhile. */
  void invoke(BatchRun run, long nowNs) {
    if (function == null) {
      stream(run, nowNs);
      return;
    }
    core.failpoints().reached("before-invoke");
    core.countInvocation();
    run.start(nowNs, function.timeout().toNanos(), core.wallTime());
    running.addLast(run);
    CompletionStage<InvocationResult> stage;
    try {
      stage = function.invoker().invoke(run);
    } catch (RuntimeException e) {
      log.error("{}: the invoker failed to start an invocation", functionName(), e);
      ended(run, new InvocationResult.Failed("INVOKER_ERROR", e.toString()), nowNs);
      return;
    }
    stage.whenComplete(
        (result, error) ->
            core.post(
                now ->
                    ended(
                        run,
                        result != null
                            ? result
                            : new InvocationResult.Failed("INVOKER_ERROR", String.valueOf(error)),
                        now)));
  }

  /** The start could not be made durable: everything goes back, at no attempt's cost. */
  void notStarted(BatchRun run, long nowNs) {
    gate.leave(run.startNs, nowNs, Limit.Verdict.SERVED, core.wallTime());
    putBackAll(run.works, nowNs + plan.retry().backoffNs(1, core.random()), nowNs);
  }

  private void stream(BatchRun run, long nowNs) {
    run.open = run.works.size();
    List<Work> works = run.works;
    for (Work work : works) {
      work.stream = run;
    }
    List<List<Event>> results = new ArrayList<>(works.size());
    for (Work work : works) {
      results.add(List.of(work.readableEvent()));
    }
    core.deliver(this, works, results, nowNs);
  }

  /** A work of a plain stream has left its batch; the last one frees the slot. */
  void leftStream(BatchRun run, long nowNs) {
    if (--run.open == 0) {
      gate.leave(run.startNs, nowNs, Limit.Verdict.SERVED, core.wallTime());
    }
  }

  /** Ends what is past its deadline. */
  void checkTimeouts(long nowNs) {
    BatchRun run;
    while ((run = running.peekFirst()) != null) {
      if (!run.ended && run.deadlineNs - nowNs > 0) {
        return;
      }
      running.pollFirst();
      if (!run.ended) {
        timeOut(run, nowNs);
      }
    }
  }

  private void timeOut(BatchRun run, long nowNs) {
    run.timedOut = true;
    gate.stuck();
    core.countTimeout();
    core.cancel(run);
    if (!ordered) {
      run.handled = true;
      batchFailed(run.works, "TIMEOUT", timeoutText(), nowNs);
    }
  }

  private String timeoutText() {
    Duration timeout = function == null ? Duration.ZERO : function.timeout();
    return "function '" + functionName() + "' did not answer within " + timeout.toMillis() + " ms";
  }

  /** Cancels everything that runs, for a stop. */
  void cancelAll() {
    for (BatchRun run : running) {
      if (!run.ended) {
        core.cancel(run);
      }
    }
  }

  private void ended(BatchRun run, InvocationResult result, long nowNs) {
    if (run.ended) {
      return;
    }
    run.ended = true;
    core.failpoints().reached("after-invoke");
    List<Work> works = run.works;
    run.works = List.of();
    if (run.timedOut) {
      gate.unstuck();
      gate.leave(run.startNs, nowNs, Limit.Verdict.TIMED_OUT, core.wallTime());
      if (run.handled) {
        core.countLate(works.size());
      } else {
        batchFailed(works, "TIMEOUT", timeoutText(), nowNs);
      }
      return;
    }
    Limit.Verdict verdict = Limit.Verdict.SERVED;
    if (result instanceof InvocationResult.Throttled throttled) {
      verdict = Limit.Verdict.THROTTLED;
      shut(run, throttled.retryAfter().toNanos(), nowNs);
      throttledAll(works, throttled, nowNs);
    } else if (result instanceof InvocationResult.Failed failed) {
      throttlesInARow = 0;
      batchFailed(works, failed.code(), failed.text(), nowNs);
    } else if (result instanceof InvocationResult.AllDone) {
      throttlesInARow = 0;
      allDone(works, nowNs);
    } else {
      verdict = outcomes(run, works, result, nowNs);
    }
    gate.leave(run.startNs, nowNs, verdict, core.wallTime());
  }

  /**
   * Keeps the gate shut for as long as was asked; without an answer to that, for a backoff that
   * begins with the second throttle in a row. Invocations that started before the last throttle tell
   * nothing new.
   */
  private void shut(BatchRun run, long retryAfterNs, long nowNs) {
    long shutNs = retryAfterNs;
    if (throttlesInARow == 0 || run.startNs - lastThrottleNs >= 0) {
      lastThrottleNs = nowNs;
      if (throttlesInARow++ > 0) {
        long backoff = plan.retry().backoffNs(throttlesInARow - 1, core.random());
        shutNs = Math.max(shutNs, Math.min(MAX_SHUT_NS, backoff));
      }
    }
    if (shutNs > 0) {
      gate.shutUntil(nowNs + shutNs);
    }
  }

  private void allDone(List<Work> works, long nowNs) {
    for (Work work : works) {
      core.settle(work, Settlement.DELIVERED, nowNs);
    }
  }

  private Limit.Verdict outcomes(
      BatchRun run, List<Work> works, InvocationResult result, long nowNs) {
    List<EventOutcome> outcomes = inOrder(works, result);
    if (outcomes == null) {
      batchFailed(works, "BAD_OUTCOME", badOutcome(works, result), nowNs);
      return Limit.Verdict.SERVED;
    }
    Set<Long> blocked = new HashSet<>();
    List<Work> back = new ArrayList<>();
    List<Work> done = new ArrayList<>(works.size());
    List<List<Event>> results = new ArrayList<>(works.size());
    EventOutcome.@Nullable Throttled throttle = null;
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      EventOutcome outcome = outcomes.get(i);
      if (work.ended) {
        core.countLate(1);
      } else if (ordered && blocked.contains(work.orderKey())) {
        work.dueNs(nowNs);
        back.add(work);
      } else if (outcome instanceof EventOutcome.Done handled) {
        done.add(work);
        results.add(handled.results());
      } else {
        block(blocked, work);
        if (outcome instanceof EventOutcome.Throttled now) {
          throttle = now;
        }
        if (staysAfter(work, outcome, nowNs)) {
          back.add(work);
        }
      }
    }
    core.deliver(this, done, results, nowNs);
    putBack(back, nowNs);
    if (throttle != null) {
      shut(run, throttle.after().toNanos(), nowNs);
      return Limit.Verdict.THROTTLED;
    }
    throttlesInARow = 0;
    return Limit.Verdict.SERVED;
  }

  private static void block(Set<Long> blocked, Work work) {
    if (work.orderKey() != 0) {
      blocked.add(work.orderKey());
    }
  }

  /** What a work that isn't done comes to: put back (with its time set) or given up. */
  private boolean staysAfter(Work work, EventOutcome outcome, long nowNs) {
    if (outcome instanceof EventOutcome.Retry retry) {
      return retries(work, retry.after().toNanos(), retry.code(), retry.text(), nowNs);
    }
    if (outcome instanceof EventOutcome.Throttled throttled) {
      return waits(work, throttled.after().toNanos(), nowNs);
    }
    EventOutcome.Reject reject = (EventOutcome.Reject) outcome;
    core.fail(work, reject.code(), reject.text(), nowNs);
    return false;
  }

  private boolean retries(Work work, long afterNs, String code, String text, long nowNs) {
    work.failures++;
    work.throttles = 0;
    core.countFailure(code, text);
    if (work.evict) {
      core.fail(work, "HEAD_OF_LINE", "held up a full window; last failure: " + text, nowNs);
      return false;
    }
    if (plan.retry().isExhausted(work.failures + work.record.previousAttempts())) {
      core.fail(work, code, text, nowNs);
      return false;
    }
    long delay = Math.max(afterNs, plan.retry().backoffNs(work.failures, core.random()));
    if (isTooOld(work, delay, nowNs)) {
      core.expired(work, nowNs);
      return false;
    }
    work.dueNs(nowNs + delay);
    return true;
  }

  private boolean waits(Work work, long afterNs, long nowNs) {
    work.throttles++;
    core.countThrottle();
    long delay = Math.max(afterNs, plan.retry().backoffNs(work.throttles, core.random()));
    if (isTooOld(work, delay, nowNs)) {
      core.expired(work, nowNs);
      return false;
    }
    work.dueNs(nowNs + delay);
    return true;
  }

  private void throttledAll(List<Work> works, InvocationResult.Throttled throttled, long nowNs) {
    core.noteError("THROTTLED", throttled.text());
    perEvent(works, nowNs, work -> waits(work, throttled.retryAfter().toNanos(), nowNs));
  }

  private void batchFailed(List<Work> works, String code, String text, long nowNs) {
    if (works.size() == 1 || delivery.bisect() == DeliveryPolicy.Bisect.OFF) {
      perEvent(works, nowNs, work -> retries(work, 0, code, text, nowNs));
      return;
    }
    core.noteError(code, text);
    int half = (works.size() + 1) / 2;
    for (Work work : works) {
      work.batchCap(half);
    }
    putBackAll(works, nowNs + plan.retry().backoffNs(1, core.random()), nowNs);
  }

  private interface Decision {
    boolean stays(Work work);
  }

  private void perEvent(List<Work> works, long nowNs, Decision decision) {
    Set<Long> blocked = new HashSet<>();
    List<Work> back = new ArrayList<>();
    for (Work work : works) {
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

  private void putBackAll(List<Work> works, long dueNs, long nowNs) {
    List<Work> back = new ArrayList<>(works.size());
    for (Work work : works) {
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
      core.putBack(back.get(i), nowNs);
    }
  }

  private static @Nullable List<EventOutcome> inOrder(List<Work> works, InvocationResult result) {
    if (result instanceof InvocationResult.InOrder inOrder) {
      return inOrder.outcomes().size() == works.size() ? inOrder.outcomes() : null;
    }
    Map<String, EventOutcome> byId = ((InvocationResult.ById) result).outcomes();
    List<EventOutcome> outcomes = new ArrayList<>(works.size());
    Set<String> named = new HashSet<>();
    for (Work work : works) {
      String id = work.readableEvent().id();
      EventOutcome outcome = byId.get(id);
      if (outcome == null) {
        return null;
      }
      named.add(id);
      outcomes.add(outcome);
    }
    return named.size() == byId.size() ? outcomes : null;
  }

  private String badOutcome(List<Work> works, InvocationResult result) {
    if (result instanceof InvocationResult.InOrder inOrder) {
      return functionName()
          + " gave "
          + inOrder.outcomes().size()
          + " outcomes for "
          + works.size()
          + " events";
    }
    Set<String> known = new HashSet<>();
    Set<String> missing = new HashSet<>();
    Map<String, EventOutcome> byId = ((InvocationResult.ById) result).outcomes();
    for (Work work : works) {
      known.add(work.readableEvent().id());
      if (!byId.containsKey(work.readableEvent().id())) {
        missing.add(work.readableEvent().id());
      }
    }
    Set<String> unknown = new HashSet<>(byId.keySet());
    unknown.removeAll(known);
    return functionName()
        + " gave no outcome for "
        + some(missing)
        + ", unknown are "
        + some(unknown);
  }

  private static String some(Set<String> ids) {
    return ids.size() + " ids" + ids.stream().sorted().limit(3).toList();
  }

  void progressed(double fraction, String note) {
    progress = Math.round(fraction * 100) + "% " + note;
  }

  /** How many events it can take in beyond what waits. */
  int credit() {
    long slots = Math.max(0, gate.limit() - gate.inFlight()) + 1L;
    return (int) Math.max(0, slots * limits.maxEvents() - ready.size());
  }

  /** When {@link #dispatch} or {@link #checkTimeouts} may have something to do by itself. */
  long nextChangeNs(long nowNs) {
    long next = ReadyQueue.NEVER;
    if (ready.size() > 0) {
      long change = ready.nextChangeNs(limits);
      long opens = gate.opensAtNs(nowNs);
      if (opens != Long.MAX_VALUE) {
        next = Math.max(change, opens);
      } else if (gate.isOpen(nowNs)) {
        next = change;
      } else {
        next = ReadyQueue.NEVER;
      }
    }
    BatchRun first = running.peekFirst();
    return first == null ? next : Math.min(next, first.deadlineNs);
  }

  Optional<GateStatus> status() {
    return function == null
        ? Optional.empty()
        : Optional.of(
            new GateStatus(
                functionName(),
                gate.limit(),
                gate.inFlight(),
                gate.stuckCount(),
                gate.history(),
                Optional.ofNullable(progress)));
  }

  boolean isDeadLettering() {
    return plan.onFailure() instanceof FailurePlan.DeadLetter;
  }
}
