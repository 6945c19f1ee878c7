package io.penstock.testkit.gate;

import io.penstock.engine.flow.Limit.Verdict;
import io.penstock.testkit.gate.Scenario.Backend;
import io.penstock.testkit.gate.Scenario.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A backend in simulated time. */
abstract class SimulatedBackend {

  final Backend plan;
  final Step.Line line;
  final SplittableRandom random;
  final Tally tally;
  double capacity;
  private double slowdown;
  private double meanEvents;
  private final double sigma;
  private final double mu;

  SimulatedBackend(Backend plan, Step.Line line, SplittableRandom random, Tally tally) {
    this.plan = plan;
    this.line = line;
    this.random = random;
    this.tally = tally;
    double variance = Math.log(1 + plan.cv() * plan.cv());
    this.sigma = Math.sqrt(variance);
    this.mu = -variance / 2;
  }

  static SimulatedBackend of(Backend plan, Step.Line line, SplittableRandom random, Tally tally) {
    return switch (plan.kind()) {
      case SLOTS -> new Slots(plan, line, random, tally);
      case CORES -> new Cores(plan, line, random, tally);
      case RATE -> new Rate(plan, line, random, tally);
      case BATCHES -> new Batches(plan, line, random, tally);
    };
  }

  void enter(Phase phase, long nowNs) {
    capacity = phase.capacity();
    slowdown = phase.slowdown();
    meanEvents = (phase.minEvents() + phase.maxEvents()) / 2.0;
    changed(nowNs);
  }

  /** The capacity is another. */
  abstract void changed(long nowNs);

  /** A call that isn't answered from a cache or refused for no reason. */
  abstract void take(Call call, long nowNs);

  /** A call's time is over. */
  abstract void served(Call call, long nowNs);

  final void arrived(Call call, long nowNs) {
    call.stage = Call.Stage.SERVED;
    if (plan.randomRefusals() > 0 && random.nextDouble() < plan.randomRefusals()) {
      refuse(call, nowNs);
    } else if (plan.fastShare() > 0 && random.nextDouble() < plan.fastShare()) {
      double time = plan.fast().toNanos() * (0.5 + random.nextDouble());
      tally.alone(time + 2.0 * plan.network().toNanos());
      backLater(call, nowNs + (long) time);
    } else {
      take(call, nowNs);
    }
  }

  final void refuse(Call call, long nowNs) {
    call.verdict = Verdict.THROTTLED;
    call.retryAfterNs = plan.retryAfter().toNanos();
    backLater(call, nowNs + plan.refusal().toNanos());
  }

  final void back(Call call, long nowNs) {
    long networkNs = network();
    call.stage = Call.Stage.BACK;
    if (networkNs == 0) {
      call.worker.answered(call, nowNs);
    } else {
      line.add(call, nowNs + networkNs);
    }
  }

  private void backLater(Call call, long atNs) {
    call.stage = Call.Stage.BACK;
    line.add(call, atNs + network());
  }

  final long network() {
    return plan.network().isZero()
        ? 0
        : (long) (-Math.log(1 - random.nextDouble()) * plan.network().toNanos());
  }

  final long serviceNs(Call call) {
    double mean = slowdown * (plan.service().toNanos() + call.events * plan.perEvent().toNanos());
    double one = plan.cv() == 0 ? mean : mean * Math.exp(mu + sigma * random.nextGaussian());
    double time = Math.max(1_000, call.cold ? one * plan.coldFactor() : one);
    tally.alone(time + 2.0 * plan.network().toNanos());
    return (long) time;
  }

  /** Calls at a time, with a queue before them. */
  private static final class Slots extends SimulatedBackend {
    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private int inService;

    private Slots(Backend plan, Step.Line line, SplittableRandom random, Tally tally) {
      super(plan, line, random, tally);
    }

    @Override
    void changed(long nowNs) {
      pump(nowNs);
    }

    @Override
    void take(Call call, long nowNs) {
      if (inService < capacity) {
        start(call, nowNs);
      } else if (queue.size() < plan.queue()) {
        queue.add(call);
      } else {
        refuse(call, nowNs);
      }
    }

    private void start(Call call, long nowNs) {
      inService++;
      tally.used(Math.min(1, inService / capacity), nowNs);
      line.add(call, nowNs + serviceNs(call));
    }

    @Override
    void served(Call call, long nowNs) {
      inService--;
      pump(nowNs);
      tally.used(Math.min(1, inService / capacity), nowNs);
      back(call, nowNs);
    }

    private void pump(long nowNs) {
      while (inService < capacity && !queue.isEmpty()) {
        start(queue.poll(), nowNs);
      }
    }
  }

  /** Cores that all calls share evenly: virtual time passes at the speed that each of them gets. */
  private static final class Cores extends SimulatedBackend {
    private final PriorityQueue<Call> running =
        new PriorityQueue<>(Comparator.comparingDouble(call -> call.shareEnd));
    private double virtualNs;
    private long sinceNs;
    private Departure next = new Departure();

    private final class Departure extends Step {
      @Override
      void happen(long nowNs) {
        if (this == next) {
          advance(nowNs);
          Call call = running.poll();
          if (call != null) {
            back(call, nowNs);
          }
          schedule(nowNs);
        }
      }
    }

    private Cores(Backend plan, Step.Line line, SplittableRandom random, Tally tally) {
      super(plan, line, random, tally);
    }

    private void advance(long nowNs) {
      virtualNs += (nowNs - sinceNs) * speed();
      sinceNs = nowNs;
    }

    private double speed() {
      return running.isEmpty() ? 0 : Math.min(1, capacity / running.size());
    }

    private void schedule(long nowNs) {
      tally.used(Math.min(1, running.size() / capacity), nowNs);
      next = new Departure();
      Call first = running.peek();
      if (first != null) {
        double left = Math.max(0, first.shareEnd - virtualNs) / speed();
        line.add(next, nowNs + (long) Math.ceil(left));
      }
    }

    @Override
    void changed(long nowNs) {
      advance(nowNs);
      schedule(nowNs);
    }

    @Override
    void take(Call call, long nowNs) {
      advance(nowNs);
      call.shareEnd = virtualNs + serviceNs(call);
      running.add(call);
      schedule(nowNs);
    }

    @Override
    void served(Call call, long nowNs) {
      throw new IllegalStateException("calls depart by their share, not by time");
    }
  }

  /** A bucket of tokens, a fifth of a second deep. */
  private static final class Rate extends SimulatedBackend {
    private double tokens;
    private long filledNs;

    private Rate(Backend plan, Step.Line line, SplittableRandom random, Tally tally) {
      super(plan, line, random, tally);
    }

    @Override
    void changed(long nowNs) {
      filledNs = nowNs;
      tokens = depth();
    }

    private double depth() {
      return Math.max(1, capacity / 5);
    }

    @Override
    void take(Call call, long nowNs) {
      double depth = depth();
      tokens = Math.min(depth, tokens + (nowNs - filledNs) / 1e9 * capacity);
      filledNs = nowNs;
      if (tokens < 1) {
        refuse(call, nowNs);
        return;
      }
      tokens--;
      tally.usedOnce(1e9 / capacity);
      line.add(call, nowNs + serviceNs(call));
    }

    @Override
    void served(Call call, long nowNs) {
      back(call, nowNs);
    }
  }

  /** Takes all that waits at once; each call makes the batch a little longer. */
  private static final class Batches extends SimulatedBackend {
    private final List<Call> waiting = new ArrayList<>();
    private boolean busy;

    private Batches(Backend plan, Step.Line line, SplittableRandom random, Tally tally) {
      super(plan, line, random, tally);
    }

    @Override
    void changed(long nowNs) {
      // The next batch is as long as it is then.
    }

    @Override
    void take(Call call, long nowNs) {
      waiting.add(call);
      if (!busy) {
        next(nowNs);
      }
    }

    private void next(long nowNs) {
      busy = !waiting.isEmpty();
      if (busy) {
        long timeNs = serviceNs(waiting.get(0));
        timeNs += (long) (1e9 * waiting.size() / capacity);
        for (Call call : waiting) {
          line.add(call, nowNs + timeNs);
          tally.usedOnce(1e9 / capacity);
        }
        waiting.clear();
        line.add(
            new Step() {
              @Override
              void happen(long laterNs) {
                next(laterNs);
              }
            },
            nowNs + timeNs);
      }
    }

    @Override
    void served(Call call, long nowNs) {
      back(call, nowNs);
    }
  }

  /** The mean time of a call on its own, in nanoseconds. */
  double roundTripNs() {
    double slow = slowdown * (plan.service().toNanos() + meanEvents * plan.perEvent().toNanos());
    return plan.fastShare() * plan.fast().toNanos()
        + (1 - plan.fastShare()) * slow
        + 2.0 * plan.network().toNanos();
  }

  /** What of the capacity can be used at all, if only so much is sent. */
  double demandShare(Scenario.Calls calls, int workers) {
    if (calls.perSecond() == 0) {
      return 1;
    }
    double sent = calls.perSecond() * workers;
    double slots = sent * (1 - plan.fastShare()) * roundTripNs() / 1e9;
    boolean aSecond = plan.kind() == Scenario.Kind.RATE || plan.kind() == Scenario.Kind.BATCHES;
    return Math.min(1, (aSecond ? sent : slots) / capacity);
  }
}
