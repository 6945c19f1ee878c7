package io.penstock.source.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** How many events are due. */
class PaceTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void it_begins_with_one_and_goes_on_at_the_rate() {
    Pace pace = new Pace(10, 0);
    assertThat(pace.due(0)).isEqualTo(1);
    pace.made(1);
    assertThat(pace.due(0)).isZero();
    assertThat(pace.untilNextNs()).isEqualTo(SECOND / 10);
    assertThat(pace.due(SECOND / 10)).isEqualTo(1);
    assertThat(pace.untilNextNs()).isZero();
  }

  @Test
  void what_was_not_taken_adds_up_to_a_second_at_most() {
    Pace pace = new Pace(10, 0);
    assertThat(pace.due(100 * SECOND)).isEqualTo(10);
    Pace slow = new Pace(0.1, 0);
    slow.due(0);
    slow.made(1);
    assertThat(slow.due(9 * SECOND)).isZero();
    assertThat(slow.due(100 * SECOND)).isEqualTo(1);
  }

  @Test
  void over_time_the_rate_is_kept() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Pace pace = new Pace(333, 0);
    long nowNs = 0;
    long made = 0;
    while (nowNs < 100 * SECOND) {
      nowNs += random.nextInt(30_000_000);
      long due = pace.due(nowNs);
      pace.made(due);
      made += due;
    }
    assertThat(made).as("seed %s", seed).isBetween(33_295L, 33_320L);
  }

  @Test
  void without_a_limit_everything_is_due() {
    Pace pace = new Pace(Double.POSITIVE_INFINITY, 0);
    assertThat(pace.due(0)).isEqualTo(Long.MAX_VALUE);
    pace.made(1_000);
    assertThat(pace.due(0)).isEqualTo(Long.MAX_VALUE);
  }
}
