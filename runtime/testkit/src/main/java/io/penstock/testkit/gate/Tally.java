package io.penstock.testkit.gate;

import io.penstock.engine.flow.Limit.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What happens in a phase, round trip by round trip. */
final class Tally {

  /** The figures of one round trip. */
  static final class Tick {
    double used;
    long answers;
    long refusals;
    double latencyNs;
    final long[] served;
    int limit;
    int inFlight;
    long atNs;

    Tick(int workers) {
      served = new long[workers];
    }
  }

  /** Times in buckets of two percent. */
  static final class Times {
    private final long[] buckets = new long[2_000];
    private long count;

    void add(double ns) {
      buckets[Math.min(buckets.length - 1, (int) (Math.log(Math.max(1, ns)) * 50))]++;
      count++;
    }

    double median() {
      long seen = 0;
      for (int i = 0; i < buckets.length; i++) {
        seen += buckets[i];
        if (seen * 2 >= count && count > 0) {
          return Math.exp((i + 0.5) / 50);
        }
      }
      return Double.NaN;
    }

    void clear() {
      Arrays.fill(buckets, 0);
      count = 0;
    }
  }

  final List<Tick> ticks = new ArrayList<>();
  final Times latencies = new Times();
  final Times services = new Times();
  private final int workers;
  private Tick tick;
  private double level;
  private long sinceNs;

  Tally(int workers) {
    this.workers = workers;
    this.tick = new Tick(workers);
  }

  /** A new phase begins. */
  void clear(long nowNs) {
    used(level, nowNs);
    ticks.clear();
    tick = new Tick(workers);
    forgetTimes();
  }

  /** From here on the medians count. */
  void forgetTimes() {
    latencies.clear();
    services.clear();
  }

  /** From now on this share of the capacity is used. */
  void used(double share, long nowNs) {
    tick.used += level * (nowNs - sinceNs);
    sinceNs = nowNs;
    level = share;
  }

  /** A use of the capacity that is counted at once. */
  void usedOnce(double ns) {
    tick.used += ns;
  }

  /** A call took so long, or would have without a queue. */
  void alone(double ns) {
    services.add(ns);
  }

  void answered(int worker, Call call, long nowNs) {
    tick.answers++;
    if (call.verdict == Verdict.SERVED) {
      tick.served[worker]++;
      tick.latencyNs += nowNs - call.startNs;
      latencies.add(nowNs - call.startNs);
    } else {
      tick.refusals++;
    }
  }

  void tick(long nowNs, int limit, int inFlight) {
    used(level, nowNs);
    tick.atNs = nowNs;
    tick.limit = limit;
    tick.inFlight = inFlight;
    ticks.add(tick);
    tick = new Tick(workers);
  }
}
