package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchCostTest {

  private final BatchCost cost = new BatchCost();
  private final SplittableRandom random = new SplittableRandom(1);

  private void see(int fewest, int most, double fixedMs, double perEventMs) {
    for (int i = 0; i < 3_000; i++) {
      int events = random.nextInt(fewest, most + 1);
      double noise = 0.5 + random.nextDouble();
      cost.add(events, (fixedMs + perEventMs * events) * noise * 1e6);
    }
  }

  @Test
  void batchesOfOneSizeAreOneWorkEach() {
    for (int i = 0; i < 1_000; i++) {
      cost.add(100, 1e6 * (1 + random.nextDouble()));
    }
    assertThat(cost.refresh()).isEqualTo(1);
    assertThat(cost.work(100)).isEqualTo(1);
    assertThat(cost.work(1)).as("nothing else was ever seen").isEqualTo(1);
  }

  @Test
  void theWorkOfABatchIsAFixedPartAndAPartForEachEvent() {
    see(1, 500, 20, 0.4);
    cost.refresh();
    double usual = 20 + 0.4 * 250;
    assertThat(cost.work(1)).isEqualTo(20.4 / usual, within(0.1));
    assertThat(cost.work(500)).isEqualTo(220 / usual, within(0.15));
  }

  @Test
  void sizesThatMakeNoDifferenceMakeNone() {
    see(1, 500, 50, 0);
    cost.refresh();
    assertThat(cost.work(1)).isEqualTo(1, within(0.15));
    assertThat(cost.work(500)).isEqualTo(1, within(0.15));
  }

  @Test
  void tellsHowMuchLongerTheUsualBatchTakesWhenItsSizeMoves() {
    see(1, 20, 20, 0.4);
    cost.refresh();
    see(1, 500, 20, 0.4);
    assertThat(cost.refresh()).isEqualTo((20 + 0.4 * 250) / (20 + 0.4 * 10), within(0.6));
    assertThat(cost.refresh()).as("told once").isEqualTo(1);
  }
}
