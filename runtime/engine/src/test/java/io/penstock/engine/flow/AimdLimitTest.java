package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.Seeds;
import io.penstock.engine.flow.Limit.Sample;
import io.penstock.engine.flow.Limit.Verdict;
import org.junit.jupiter.api.Test;

class AimdLimitTest {

  private final AimdLimit limit = new AimdLimit(ConcurrencyPolicy.aimd(1, 20, 10));

  private String sample(long startNs, long endNs, int inFlight, Verdict verdict) {
    return limit.onSample(new Sample(startNs, endNs, 1, inFlight, verdict));
  }

  @Test
  void growsByOneAfterAsManyGoodSamplesAsTheLimit() {
    for (int i = 0; i < 9; i++) {
      assertThat(sample(0, 1, 10, Verdict.SERVED)).isEqualTo(Limit.UNCHANGED);
    }
    assertThat(sample(0, 1, 10, Verdict.SERVED)).isEqualTo("growth");
    assertThat(limit.current()).isEqualTo(11);
  }

  @Test
  void doesNotGrowWhileItIsNotUsed() {
    for (int i = 0; i < 100; i++) {
      assertThat(sample(0, 1, 7, Verdict.SERVED)).isEqualTo(Limit.UNCHANGED);
    }
    assertThat(limit.current()).isEqualTo(10);
  }

  @Test
  void isCutOnceAnEpisode() {
    assertThat(sample(0, 100, 10, Verdict.THROTTLED)).isEqualTo("refused");
    assertThat(limit.current()).isEqualTo(7);
    assertThat(sample(50, 110, 9, Verdict.THROTTLED)).as("started before the cut").isEmpty();
    assertThat(sample(99, 120, 8, Verdict.TIMED_OUT)).isEmpty();
    assertThat(limit.current()).isEqualTo(7);
    assertThat(sample(100, 130, 7, Verdict.TIMED_OUT)).isEqualTo("timed out");
    assertThat(limit.current()).isEqualTo(4);
  }

  @Test
  void startsToCountAfreshAfterACut() {
    for (int i = 0; i < 9; i++) {
      sample(0, 1, 10, Verdict.SERVED);
    }
    sample(0, 100, 10, Verdict.THROTTLED);
    assertThat(sample(0, 110, 9, Verdict.SERVED)).isEmpty();
    for (int i = 0; i < 6; i++) {
      assertThat(sample(100, 120, 7, Verdict.SERVED)).isEmpty();
    }
    assertThat(sample(100, 120, 7, Verdict.SERVED)).isEqualTo("growth");
  }

  @Test
  void worksWithAClockThatBeganBelowZero() {
    AimdLimit early = new AimdLimit(ConcurrencyPolicy.aimd(1, 20, 10));
    long t = Long.MAX_VALUE - 5;
    early.onSample(new Sample(t, t, 1, 10, Verdict.THROTTLED));
    assertThat(early.current()).isEqualTo(7);
    early.onSample(new Sample(t + 10, t + 20, 1, 7, Verdict.THROTTLED)); // has wrapped
    assertThat(early.current()).isEqualTo(4);
  }

  @Test
  void staysInItsBoundsAndFollowsItsRules() {
    Seeds.each(
        3_000,
        random -> {
          int min = 1 + random.nextInt(5);
          int max = min + random.nextInt(30);
          ConcurrencyPolicy policy =
              ConcurrencyPolicy.aimd(min, max, min + random.nextInt(max - min + 1));
          AimdLimit any = new AimdLimit(policy);
          int good = 0;
          long cutAt = Long.MIN_VALUE;
          long now = 0;
          for (int i = 0; i < 200; i++) {
            now += random.nextInt(10);
            int before = any.current();
            long start = now - random.nextInt(30);
            int inFlight = 1 + random.nextInt(before);
            Verdict verdict =
                random.nextInt(12) == 0
                    ? (random.nextBoolean() ? Verdict.THROTTLED : Verdict.TIMED_OUT)
                    : random.nextInt(12) == 0 ? Verdict.INCONCLUSIVE : Verdict.SERVED;
            String cause = any.onSample(new Sample(start, now, 1, inFlight, verdict));
            int expected = before;
            if (start >= cutAt && verdict != Verdict.INCONCLUSIVE) {
              if (verdict != Verdict.SERVED) {
                expected = Math.max(min, before * 7 / 10);
                cutAt = now;
                good = 0;
              } else if (before < max && inFlight * 5 >= before * 4 && ++good == before) {
                expected = before + 1;
                good = 0;
              }
            }
            assertThat(any.current()).as("after sample %d", i).isEqualTo(expected);
            assertThat(any.current()).isBetween(min, max);
            assertThat(cause.equals(Limit.UNCHANGED)).isEqualTo(expected == before);
          }
        });
  }
}
