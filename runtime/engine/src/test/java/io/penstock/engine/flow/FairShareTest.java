package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.Seeds;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FairShareTest {

  private static final long ROUND_NS = 100_000_000;

  private final FairShare share = new FairShare(() -> 0.5);
  private final RefusalWindow refusals = new RefusalWindow();
  private long nowNs;

  private boolean isSharedAfter(int rounds) {
    nowNs += rounds * ROUND_NS;
    return share.isSharedByRefusal(nowNs, ROUND_NS);
  }

  /** Passes time in steps of a fifth of a round, and says when the limit may have changed. */
  private boolean advance(int rounds) {
    boolean changed = false;
    for (int i = 0; i < 5 * rounds; i++) {
      nowNs += ROUND_NS / 5;
      changed |= share.advance(nowNs, ROUND_NS);
    }
    return changed;
  }

  private void untilTrial() {
    while (!share.isTrial()) {
      nowNs += ROUND_NS / 5;
      share.advance(nowNs, ROUND_NS);
    }
  }

  private boolean refuse() {
    return share.refused(1, refusals, nowNs, ROUND_NS);
  }

  @Test
  void anEdgeThatStandsIsTheBackendsAndOneThatMovesIsMovedByOthers() {
    assertThat(Stream.of(100, 100, 101, 100, 99, 100).map(share::isSharedByEdge))
        .containsOnly(false);
    assertThat(share.isSharedByEdge(80)).as("it may be the backend, once").isFalse();
    assertThat(share.isSharedByEdge(90)).isTrue();
  }

  @Test
  void refusalsWithoutGrowthAreASignOfOthersIfTheyComeAgain() {
    assertThat(isSharedAfter(0)).isFalse();
    assertThat(IntStream.range(0, 8).mapToObj(i -> isSharedAfter(1)))
        .as("of one fall of the capacity")
        .containsOnly(false);
    assertThat(isSharedAfter(2)).as("one sign").isFalse();
    assertThat(isSharedAfter(10)).as("two").isTrue();
    assertThat(isSharedAfter(100)).as("long ago").isFalse();
  }

  @Test
  void asksForOneMoreAndGainsAPartOfIt() {
    share.begin(10, nowNs, ROUND_NS);
    int before = share.limit();
    untilTrial();
    assertThat(share.limit()).isEqualTo(before + 1);
    advance(20);
    assertThat(share.limit()).isGreaterThan(before);
  }

  @Test
  void givesBackAShareIfItIsRefusedButOnlySoOften() {
    share.begin(100, nowNs, ROUND_NS);
    for (int i = 0; i < 40; i++) {
      untilTrial();
      refuse();
    }
    int cold = share.limit();
    nowNs += 14 * ROUND_NS;
    untilTrial();
    assertThat(refuse()).isTrue();
    int cut = share.limit();
    assertThat(cut).isBetween((int) (cold * 0.75), (int) (cold * 0.85));
    untilTrial();
    assertThat(refuse()).isTrue();
    assertThat(share.limit()).as("soon after").isEqualTo(cut);
  }

  @Test
  void isOverIfTheEdgeStands() {
    share.begin(2, nowNs, ROUND_NS);
    int trials = 0;
    while (!share.isOver()) {
      untilTrial();
      refuse();
      trials++;
    }
    assertThat(trials).isBetween(9, 30);
  }

  @Test
  void isOverIfThereIsFarMoreThanAShare() {
    share.begin(20, nowNs, ROUND_NS);
    int rounds = 0;
    while (!share.isOver()) {
      advance(1);
      rounds++;
    }
    assertThat(rounds).isBetween(10, 60);
    assertThat(share.limit()).isGreaterThan(25);
  }

  /** A backend that is always full: only a trial that finds a free place isn't refused. */
  @Test
  void unequalSharesBecomeEqual() {
    Seeds.each(
        20,
        random -> {
          List<FairShare> shares =
              Stream.generate(() -> new FairShare(random::nextDouble)).limit(4).toList();
          for (FairShare one : shares) {
            one.begin(one == shares.get(0) ? 140 : 5, 0, ROUND_NS);
          }
          double[] mean = new double[4];
          for (int step = 0; step < 5_000; step++) {
            for (int i = 0; i < 4; i++) {
              step(shares.get(i), shares, step * ROUND_NS / 5);
              mean[i] += step < 2_500 ? 0 : shares.get(i).limit() / 2_500.0;
            }
          }
          assertThat(DoubleStream.of(mean)).allMatch(one -> one > 14 && one < 36);
        });
  }

  private void step(FairShare one, List<FairShare> all, long atNs) {
    one.advance(atNs, ROUND_NS);
    if (one.isTrial() && all.stream().mapToInt(FairShare::limit).sum() > 100) {
      one.refused(1, refusals, atNs, ROUND_NS);
    }
  }
}
