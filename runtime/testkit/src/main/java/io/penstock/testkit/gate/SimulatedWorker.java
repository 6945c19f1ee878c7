package io.penstock.testkit.gate;

import io.penstock.engine.RetryPolicy;
import io.penstock.engine.flow.Departure;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Limit.Verdict;
import io.penstock.testkit.gate.Scenario.Calls;
import io.penstock.testkit.gate.Scenario.Phase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A worker that sends what its gate lets through. */
final class SimulatedWorker {

  private final class Wake extends Step {
    @Override
    void happen(long nowNs) {
      if (wake == this) {
        wake = null;
        pump(nowNs);
      }
    }
  }

  private final class Arrival extends Step {
    @Override
    void happen(long nowNs) {
      backlog++;
      arriveLater(nowNs);
      pump(nowNs);
    }
  }

  private final class Handling extends Step {
    @Override
    void happen(long nowNs) {
      handling = false;
      while (!answers.isEmpty()) {
        handle(answers.remove(), nowNs);
      }
      pump(nowNs);
    }
  }

  private final class Deadline extends Step {
    @Override
    void happen(long nowNs) {
      while (!running.isEmpty()
          && (running.element().over || running.element().startNs + timeoutNs <= nowNs)) {
        Call call = running.remove();
        if (!call.over) {
          call.verdict = Verdict.TIMED_OUT;
          answered(call, nowNs);
        }
      }
      if (!running.isEmpty()) {
        line.add(this, running.element().startNs + timeoutNs);
        watching = true;
      } else {
        watching = false;
      }
    }
  }

  final int number;
  final Gate gate;
  private final Calls calls;
  private final SimulatedBackend backend;
  private final Step.Line line;
  private final SplittableRandom random;
  private final Tally tally;
  private final long timeoutNs;
  private final boolean endless;
  private final ArrayDeque<Call> running = new ArrayDeque<>();
  private final Deadline deadline = new Deadline();
  private final ArrayDeque<Call> answers = new ArrayDeque<>();
  private final long togetherNs;
  private boolean handling;
  private boolean watching;
  private int minEvents;
  private int maxEvents;
  private int cold;
  private long backlog;
  private @Nullable Step wake;

  SimulatedWorker(
      int number,
      Gate gate,
      Calls calls,
      SimulatedBackend backend,
      Step.Line line,
      SplittableRandom random,
      Tally tally) {
    this.number = number;
    this.gate = gate;
    this.calls = calls;
    this.backend = backend;
    this.line = line;
    this.random = random;
    this.tally = tally;
    this.timeoutNs = calls.timeout().toNanos();
    this.togetherNs = calls.together().toNanos();
    this.endless = calls.perSecond() == 0;
    this.cold = backend.plan.coldCalls();
  }

  void enter(Phase phase) {
    minEvents = phase.minEvents();
    maxEvents = phase.maxEvents();
  }

  void begin(long nowNs) {
    if (!endless) {
      arriveLater(nowNs);
    }
    pump(nowNs);
  }

  private void arriveLater(long nowNs) {
    double wait = -Math.log(1 - random.nextDouble()) / calls.perSecond();
    line.add(new Arrival(), nowNs + (long) (wait * 1e9));
  }

  private void pump(long nowNs) {
    while ((endless || backlog > 0) && gate.tryEnter(nowNs)) {
      backlog--;
      send(nowNs);
    }
    long opensNs = gate.opensAtNs(nowNs);
    if (opensNs != Long.MAX_VALUE && (wake == null || wake.atNs > opensNs)) {
      wake = new Wake();
      line.add(wake, opensNs);
    }
  }

  private void send(long nowNs) {
    int events = minEvents == maxEvents ? minEvents : random.nextInt(minEvents, maxEvents + 1);
    Call call = new Call(this, backend, events, nowNs, cold > 0);
    cold = Math.max(0, cold - 1);
    if (timeoutNs < 10_000_000_000L) {
      running.add(call);
      if (!watching) {
        watching = true;
        line.add(deadline, nowNs + timeoutNs);
      }
    }
    long networkNs = backend.network();
    if (networkNs == 0) {
      backend.arrived(call, nowNs);
    } else {
      line.add(call, nowNs + networkNs);
    }
  }

  void answered(Call call, long nowNs) {
    if (call.over) {
      return;
    }
    call.over = true;
    if (togetherNs == 0) {
      handle(call, nowNs);
      pump(nowNs);
      return;
    }
    answers.add(call);
    if (!handling) {
      handling = true;
      line.add(new Handling(), (nowNs / togetherNs + 1) * togetherNs);
    }
  }

  private void handle(Call call, long nowNs) {
    tally.answered(number, call, nowNs);
    gate.leave(
        new Departure(call.startNs, nowNs, call.events, call.verdict, call.retryAfterNs),
        RetryPolicy.FOREVER,
        Instant.EPOCH);
  }
}
