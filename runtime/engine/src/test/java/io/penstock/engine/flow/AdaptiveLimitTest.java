package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.Seeds;
import io.penstock.engine.flow.Limit.Sample;
import io.penstock.engine.flow.Limit.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What it does with backends of all kinds is in the test kit's scenarios. */
class AdaptiveLimitTest {

  private static final long MS = 1_000_000;

  /**
   * A backend that answers each call after the same time, and refuses what is beyond a capacity.
   */
  private static final class Steady {
    private final Limit limit;
    private final List<String> causes = new ArrayList<>();
    private int capacity = Integer.MAX_VALUE;
    private long latencyNs = 100 * MS;
    private long nowNs = 1_000 * MS;

    private Steady(Limit limit) {
      this.limit = limit;
    }

    private Steady(int initial) {
      this(new AdaptiveLimit(ConcurrencyPolicy.adaptive(1, 1_000, initial), 1.5, () -> 0.5));
    }

    private void sample(long startNs, int inFlight, Verdict verdict) {
      String cause = limit.onSample(new Sample(startNs, nowNs, 1, inFlight, verdict));
      if (!cause.equals(Limit.UNCHANGED)) {
        causes.add(cause);
      }
    }

    /** A latency with everything that may be in flight in flight. */
    private void roundTrip() {
      int running = limit.current();
      int served = Math.min(running, capacity);
      for (int i = served; i < running; i++) {
        sample(nowNs - MS, running, Verdict.THROTTLED);
      }
      for (int i = 0; i < served; i++) {
        nowNs += latencyNs / served;
        sample(nowNs - latencyNs, limit.current(), Verdict.SERVED);
      }
    }

    private void roundTrips(int count) {
      for (int i = 0; i < count; i++) {
        roundTrip();
      }
    }
  }

  @Test
  void doublesUntilSomethingIsRefusedAndFindsTheEdgeByThat() {
    Steady steady = new Steady(4);
    steady.capacity = 100;
    List<Integer> limits = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      steady.roundTrip();
      limits.add(steady.limit.current());
    }
    assertThat(limits).contains(8, 16, 32, 64, 100);
    assertThat(limits).as("128 is refused within its own round trip").allMatch(l -> l <= 128);
    assertThat(steady.causes).contains("slow start", "refused", "recovery");
    assertThat(limits.subList(20, 40)).as("70 is a check").allMatch(l -> l >= 90 || l == 70);
  }

  @Test
  void isBackAtTheEdgeSoonAfterGrowthWasRefused() {
    Steady steady = new Steady(4);
    steady.capacity = 100;
    steady.roundTrips(30);
    int atEdge = 0;
    for (int i = 0; i < 200; i++) {
      steady.roundTrip();
      if (steady.limit.current() >= 99) {
        atEdge++;
      }
    }
    assertThat(atEdge).isGreaterThan(120);
  }

  @Test
  void isCutOnceAnEpisode() {
    Steady steady = new Steady(4);
    steady.capacity = 100;
    steady.roundTrips(40);
    int before = steady.limit.current();
    steady.nowNs += 10 * MS;
    long started = steady.nowNs - MS;
    for (int i = 0; i < 5; i++) {
      steady.sample(started, before, Verdict.THROTTLED);
    }
    int after = steady.limit.current();
    assertThat(after).isLessThan(before).isGreaterThan(before / 2);
    for (int i = 0; i < 20; i++) {
      steady.sample(started, after, Verdict.THROTTLED);
      steady.sample(started, after, Verdict.TIMED_OUT);
    }
    assertThat(steady.limit.current()).as("all of them started before the cut").isEqualTo(after);
  }

  @Test
  void isCutDeeperIfTheCutWasNotEnough() {
    Steady steady = new Steady(4);
    steady.capacity = 100;
    steady.roundTrips(40);
    List<Double> cuts = new ArrayList<>();
    for (int episode = 0; episode < 4; episode++) {
      int before = steady.limit.current();
      for (int i = 0; i < 8 && steady.limit.current() == before; i++) {
        steady.nowNs += MS;
        steady.sample(steady.nowNs - MS / 2, before, Verdict.THROTTLED);
      }
      cuts.add((double) steady.limit.current() / before);
    }
    assertThat(cuts.get(0)).isBetween(0.84, 0.9);
    assertThat(cuts.get(3)).isBetween(0.45, 0.55);
  }

  @Test
  void growsWithTimeAndNotWithTheLimit() {
    List<List<Integer>> growths = new ArrayList<>();
    for (int capacity : new int[] {40, 400}) {
      Steady steady = new Steady(4);
      steady.capacity = capacity;
      steady.roundTrips(60);
      steady.capacity = Integer.MAX_VALUE;
      List<Integer> growth = new ArrayList<>();
      for (int i = 0; i < 60 && growth.size() < 4; i++) {
        int before = steady.limit.current();
        steady.roundTrip();
        int more = steady.limit.current() - before;
        if (more > 0 && before >= capacity) {
          growth.add(more);
        }
      }
      growths.add(growth);
    }
    assertThat(growths.get(0)).containsExactly(1, 2, 4, 8);
    assertThat(growths.get(1)).isEqualTo(growths.get(0));
  }

  @Test
  void doesNotGrowWhileItIsNotUsed() {
    Steady steady = new Steady(20);
    for (int i = 0; i < 2_000; i++) {
      steady.nowNs += 10 * MS;
      steady.sample(steady.nowNs - 100 * MS, 10, Verdict.SERVED);
    }
    assertThat(steady.limit.current()).isEqualTo(20);
  }

  @Test
  void growsToItsMaximumIfNothingSpeaksAgainstIt() {
    Steady steady = new Steady(4);
    steady.roundTrips(40);
    assertThat(steady.limit.current()).isEqualTo(1_000);
  }

  @Test
  void whatFailedSaysNothing() {
    Steady steady = new Steady(4);
    for (int i = 0; i < 1_000; i++) {
      steady.nowNs += MS;
      steady.sample(steady.nowNs - MS, 4, Verdict.INCONCLUSIVE);
    }
    assertThat(steady.limit.current()).isEqualTo(4);
  }

  @Test
  void acceptsThatABackendGotSlowerByItself() {
    Steady steady =
        new Steady(new AdaptiveLimit(ConcurrencyPolicy.adaptive(1, 64, 4), 1.5, () -> 0.5));
    steady.roundTrips(100);
    assertThat(steady.limit.current()).isEqualTo(64);
    steady.latencyNs *= 5;
    steady.roundTrips(100);
    assertThat(steady.causes).contains("slower by itself");
    assertThat(steady.limit.current()).isEqualTo(64);
  }

  @Test
  void theSameSeedAndSamplesAreTheSameLimits() {
    List<Integer> first = limits(new SplittableRandom(7));
    assertThat(limits(new SplittableRandom(7))).isEqualTo(first);
    assertThat(limits(new SplittableRandom(8))).as("times are at random").isNotEqualTo(first);
  }

  private static List<Integer> limits(SplittableRandom random) {
    Steady steady =
        new Steady(
            new AdaptiveLimit(ConcurrencyPolicy.adaptive(1, 200, 4), 1.5, random::nextDouble));
    steady.capacity = 50;
    List<Integer> limits = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      steady.roundTrip();
      limits.add(steady.limit.current());
    }
    return limits;
  }

  @Test
  void staysInItsBoundsAndTellsWhyItChangesWhateverHappens() {
    Seeds.each(
        2_000,
        random -> {
          int min = 1 + random.nextInt(5);
          int max = min + random.nextInt(60);
          ConcurrencyPolicy policy =
              ConcurrencyPolicy.adaptive(min, max, min + random.nextInt(max - min + 1));
          AdaptiveLimit any = new AdaptiveLimit(policy, 1.5, random::nextDouble);
          long now = random.nextInt(3) == 0 ? Long.MAX_VALUE - 50 * MS : random.nextLong(1_000);
          long longest = 1 + random.nextLong(random.nextBoolean() ? 100 : 100 * MS);
          int mostEvents = 1 + random.nextInt(500);
          int trouble = 2 + random.nextInt(60);
          for (int i = 0; i < 1_000; i++) {
            now += random.nextLong(1 + longest / 10);
            if (random.nextInt(200) == 0) {
              now += random.nextLong(60_000 * MS);
              longest = 1 + random.nextLong(100 * MS);
            }
            int before = any.current();
            Verdict verdict =
                random.nextInt(trouble) == 0 ? Verdict.values()[random.nextInt(4)] : Verdict.SERVED;
            String cause =
                any.onSample(
                    new Sample(
                        now - random.nextLong(longest),
                        now,
                        1 + random.nextInt(mostEvents),
                        1 + random.nextInt(before),
                        verdict));
            assertThat(any.current()).as("after sample %d", i).isBetween(min, max);
            assertThat(cause.equals(Limit.UNCHANGED)).isEqualTo(any.current() == before);
            if (verdict == Verdict.INCONCLUSIVE) {
              assertThat(any.current()).isEqualTo(before);
            }
          }
        });
  }
}
