package io.penstock.benchmarks.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class WorkTest {

  @Test
  void aResultHasTheIdAndTheTimeOfItsEvent() {
    byte[] event = Work.make(42, 4711);
    byte[] result = Work.apply(event);

    assertThat(result).hasSize(Work.VALUE_BYTES).isNotEqualTo(event);
    assertThat(Work.resultId(result)).isEqualTo(42);
    assertThat(Work.time(result)).isEqualTo(4711);
  }

  @Test
  void whatIsNoEventOrNoResultIsRefused() {
    byte[] event = Work.make(1, 2);
    byte[] damaged = event.clone();
    damaged[100]++;

    assertThatIllegalArgumentException().isThrownBy(() -> Work.resultId(event));
    assertThatIllegalArgumentException().isThrownBy(() -> Work.apply(Work.apply(event)));
    assertThatIllegalArgumentException().isThrownBy(() -> Work.apply(damaged));
    assertThatIllegalArgumentException().isThrownBy(() -> Work.apply(new byte[3]));
  }
}
