package io.penstock.source.tasks.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimesTest {

  @Test
  void aPercentileIsAtMostAQuarterTooHigh() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      Times times = new Times();
      long[] all = new long[1 + random.nextInt(500)];
      for (int i = 0; i < all.length; i++) {
        all[i] = (long) Math.exp(random.nextDouble() * 18) - 1;
        times.add(all[i]);
      }
      Arrays.sort(all);
      for (double part : new double[] {0.01, 0.5, 0.99, 1}) {
        long exact = all[(int) Math.ceil(all.length * part) - 1];
        assertThat(times.percentileMs(part)).isBetween(exact, exact + exact / 4);
      }
    }
  }

  @Test
  void withoutTimesThereIsNothing() {
    assertThat(new Times().percentileMs(0.99)).isZero();
    Times times = new Times();
    times.add(-5); // a clock was set back
    times.add(Long.MAX_VALUE);
    assertThat(times.percentileMs(0.5)).isZero();
    assertThat(times.percentileMs(1)).isEqualTo(Long.MAX_VALUE);
  }
}
