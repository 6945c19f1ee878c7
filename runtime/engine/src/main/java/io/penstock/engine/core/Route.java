package io.penstock.engine.core;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.Settlement;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.flow.Departure;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Limit;
import io.penstock.engine.order.BatchLimits;
import io.penstock.engine.order.ReadyQueue;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route at work: forms batches of what is ready, lets them through the gate, calls the function,
 * and reads the outcome of each event. Belongs to the core thread.
 */
final class Route {

  private static final Logger log = LoggerFactory.getLogger(Route.class);

  /** Fewer would have the source asked for too little at a time. */
  private static final int MIN_WANTED = 1_000;

  private static final AttemptEnd NOTHING_MADE = new AttemptEnd.Done(List.of());

  final RoutePlan plan;
  final ReadyQueue<Work> ready;
  final Gate gate;
  final List<SinkPort<Work>> successPorts;
  final List<SinkPort<Work>> failurePorts;
  final List<SinkPort<Work>> stopPorts;
  private final ConnectorCore core;
  private final Works works;
  private final @Nullable FunctionPlan function;
  private final Outcomes outcomes;
  private final BatchLimits limits;
  private final boolean ordered;

  /** Those that hold a slot of the gate, in the order in which they got it. */
  private final Set<BatchRun> inside = new LinkedHashSet<>();

  /** Those of them that are called and within their time, in the order of their deadlines. */
  private final Set<BatchRun> running = new LinkedHashSet<>();

  /** Its works that aren't settled. */
  int unsettled;

  private long idleSinceNs;
  private volatile @Nullable String progress;

  /** Where its events go, by what became of them. */
  record Ports(
      List<SinkPort<Work>> success, List<SinkPort<Work>> failure, List<SinkPort<Work>> stop) {}

  Route(
      ConnectorCore core,
      RoutePlan plan,
      DeliveryPolicy delivery,
      ReadyQueue<Work> ready,
      Gate gate,
      Ports ports) {
    this.core = core;
    this.works = core.works();
    this.plan = plan;
    this.function = plan.function().orElse(null);
    this.ready = ready;
    this.gate = gate;
    this.successPorts = ports.success();
    this.failurePorts = ports.failure();
    this.stopPorts = ports.stop();
    BatchPolicy batch = delivery.batch();
    int most = function == null ? Integer.MAX_VALUE : function.invoker().maxEvents();
    this.limits =
        new BatchLimits(
            Math.min(batch.maxEvents(), most), batch.maxBytes(), batch.maxWait().toNanos());
    this.ordered = delivery.order() != Order.NONE;
    this.outcomes = new Outcomes(core, this, delivery.bisect());
    this.idleSinceNs = core.clock().getAsLong();
  }

  String functionName() {
    return function == null ? plan.name() : function.name();
  }

  String account() {
    return function == null ? "default" : function.account();
  }

  /** One of its works is settled, or gone. */
  void left(long nowNs) {
    unsettled--;
    idleSinceNs = nowNs;
  }

  /** Since when nothing of it is under way; {@link ReadyQueue#NEVER} if something is. */
  long idleSinceNs() {
    return unsettled == 0 && inside.isEmpty() ? idleSinceNs : ReadyQueue.NEVER;
  }

  boolean isOrdered() {
    return ordered;
  }

  /** Starts what may start. */
  void dispatch(long nowNs) {
    ready.wake(nowNs);
    while (gate.isOpen(nowNs) && !isCongested()) {
      List<Work> taken = new ArrayList<>();
      if (!ready.takeBatch(limits, nowNs, taken)) {
        return;
      }
      List<Work> batch = taken;
      for (Work work : taken) {
        works.tookOut(work);
      }
      if (plan.retry().maxAge().isPresent()) {
        batch = outcomes.expire(taken, nowNs);
      }
      if (!batch.isEmpty()) {
        gate.tryEnter(nowNs);
        start(new BatchRun(this, batch, core.clock(), core::progressed), nowNs);
      }
    }
  }

  private void start(BatchRun run, long nowNs) {
    run.startNs = nowNs;
    inside.add(run);
    if (!core.startedDurably(run)) {
      invoke(run, nowNs);
    }
  }

  /** The start is durable. The works, or the whole connector, may have gone meanwhile. */
  void started(BatchRun run, long nowNs) {
    if (core.isPastDrain() || run.works.stream().allMatch(work -> work.ended)) {
      leave(run, Limit.Verdict.INCONCLUSIVE, 0, nowNs);
    } else if (run.works.stream().anyMatch(work -> work.cancelled)) {
      leave(run, Limit.Verdict.INCONCLUSIVE, 0, nowNs);
      outcomes.putBackAll(run.works, nowNs, nowNs);
    } else {
      invoke(run, nowNs);
    }
  }

  /** Cancels the invocation that a work is in, if it has it for itself. */
  void cancel(Work work) {
    for (BatchRun run : running) {
      if (run.works.size() == 1 && run.works.get(0) == work) {
        core.cancel(run);
        return;
      }
    }
  }

  private void invoke(BatchRun run, long nowNs) {
    if (function == null) {
      stream(run, nowNs);
      return;
    }
    core.failpoints().reached("before-invoke");
    core.countInvocation();
    run.start(nowNs, function.timeout().toNanos(), core.wallTime());
    running.add(run);
    CompletionStage<InvocationResult> stage;
    try {
      stage = Objects.requireNonNull(function.invoker().invoke(run), "invoke() answered with null");
    } catch (Throwable e) { // errors too: one function's missing class must not end all connectors
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
    leave(run, Limit.Verdict.INCONCLUSIVE, 0, nowNs);
    outcomes.putBackAll(run.works, nowNs + plan.retry().backoffNs(1, core.random()), nowNs);
  }

  private void stream(BatchRun run, long nowNs) {
    List<Work> batch = run.works.stream().filter(work -> !work.ended).toList();
    run.open = batch.size();
    for (Work work : batch) {
      work.stream = run;
    }
    List<List<Event>> results = new ArrayList<>(batch.size());
    for (Work work : batch) {
      results.add(List.of(work.readableEvent()));
    }
    works.deliver(this, batch, results, nowNs);
  }

  /** A work of a plain stream has left its batch, delivered or not; the last one frees the slot. */
  void leftStream(BatchRun run, long nowNs) {
    if (--run.open == 0) {
      leave(run, Limit.Verdict.SERVED, 0, nowNs);
    }
  }

  private void leave(BatchRun run, Limit.Verdict verdict, long retryAfterNs, long nowNs) {
    if (inside.remove(run)) {
      gate.leave(
          new Departure(run.startNs, nowNs, run.events().size(), verdict, retryAfterNs),
          plan.retry(),
          core.wallTime());
    }
  }

  /**
   * Gives back the slots of what has no answer yet: a function that is closed may never give one,
   * and others may share its gate.
   */
  void abandon() {
    for (BatchRun run : inside) {
      if (run.timedOut && !run.ended) {
        gate.unstuck();
      }
      run.ended = true;
      gate.abandon();
    }
    inside.clear();
    running.clear();
  }

  /** Ends what is past its deadline. */
  void checkTimeouts(long nowNs) {
    BatchRun run;
    while ((run = first()) != null && run.deadlineNs - nowNs <= 0) {
      running.remove(run);
      timeOut(run, nowNs);
    }
  }

  private @Nullable BatchRun first() {
    Iterator<BatchRun> all = running.iterator();
    return all.hasNext() ? all.next() : null;
  }

  private void timeOut(BatchRun run, long nowNs) {
    run.timedOut = true;
    gate.stuck();
    core.countTimeout();
    core.cancel(run);
    if (!ordered) {
      run.handled = true;
      outcomes.batchFailed(run.works, "TIMEOUT", timeoutText(), nowNs);
    }
  }

  private String timeoutText() {
    Duration timeout = function == null ? Duration.ZERO : function.timeout();
    return "function '" + functionName() + "' did not answer within " + timeout.toMillis() + " ms";
  }

  /** Cancels everything that runs, for a stop. */
  void cancelAll() {
    running.forEach(core::cancel);
  }

  private void ended(BatchRun run, InvocationResult result, long nowNs) {
    if (run.ended) {
      return;
    }
    run.ended = true;
    running.remove(run);
    core.failpoints().reached("after-invoke");
    List<Work> batch = run.works;
    run.works = List.of();
    if (run.timedOut) {
      gate.unstuck();
      leave(run, Limit.Verdict.TIMED_OUT, 0, nowNs);
      if (run.handled) {
        core.countLate(batch.size());
      } else {
        outcomes.batchFailed(batch, "TIMEOUT", timeoutText(), nowNs);
      }
      return;
    }
    Limit.Verdict verdict = Limit.Verdict.SERVED;
    Duration throttle = null;
    if (result instanceof InvocationResult.Throttled throttled) {
      throttle = throttled.retryAfter();
      outcomes.throttledAll(batch, throttled, nowNs);
    } else if (result instanceof InvocationResult.Failed failed) {
      verdict = Limit.Verdict.INCONCLUSIVE;
      outcomes.batchFailed(batch, failed.code(), failed.text(), nowNs);
    } else if (result instanceof InvocationResult.AllDone) {
      allDone(batch, nowNs);
    } else {
      throttle = outcomes.each(batch, result, nowNs);
    }
    if (throttle == null) {
      leave(run, verdict, 0, nowNs);
    } else {
      leave(run, Limit.Verdict.THROTTLED, RetryPolicy.delayNs(throttle), nowNs);
    }
  }

  private void allDone(List<Work> batch, long nowNs) {
    for (Work work : batch) {
      if (!work.ended) {
        core.attempted(work, NOTHING_MADE);
      }
      works.settle(work, Settlement.DELIVERED, nowNs);
    }
  }

  /** How many invocations are waited for, within their time. */
  int running() {
    return running.size();
  }

  void progressed(double fraction, String note) {
    progress = Math.round(fraction * 100) + "% " + note;
  }

  private boolean isCongested() {
    for (SinkPort<Work> port : successPorts) {
      if (port.isCongested()) {
        return true;
      }
    }
    return false;
  }

  /** How many events are worth having ready: what the open slots take, twice over. */
  int wanted() {
    return Math.max(MIN_WANTED, 2 * gate.limit() * limits.maxEvents());
  }

  /** How many events it can take in beyond what waits. */
  int credit() {
    long slots = Math.max(0, gate.limit() - gate.inFlight()) + 1L;
    return (int) Math.max(0, slots * limits.maxEvents() - ready.size());
  }

  /** When {@link #dispatch} may have something to do by itself. */
  long nextDispatchNs(long nowNs) {
    long next = ReadyQueue.NEVER;
    if (ready.size() > 0) {
      long change = ready.nextChangeNs(limits);
      long opens = gate.opensAtNs(nowNs);
      if (opens != Long.MAX_VALUE) {
        next = Math.max(change, opens);
      } else if (gate.isOpen(nowNs) && !isCongested()) {
        next = change;
      } else {
        next = ReadyQueue.NEVER;
      }
    }
    return next;
  }

  /** When {@link #checkTimeouts} has something to do. */
  long nextTimeoutNs() {
    BatchRun first = first();
    return first == null ? Long.MAX_VALUE : first.deadlineNs;
  }

  Optional<GateStatus> status() {
    return function == null
        ? Optional.empty()
        : Optional.of(gate.status(functionName(), Optional.ofNullable(progress)));
  }

  boolean isDeadLettering() {
    return plan.onFailure() instanceof FailurePlan.DeadLetter;
  }
}
