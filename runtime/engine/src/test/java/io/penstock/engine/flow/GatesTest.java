package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConcurrencyPolicy;
import org.junit.jupiter.api.Test;

class GatesTest {

  private static final ConcurrencyPolicy NARROW = ConcurrencyPolicy.aimd(1, 2, 1);
  private static final ConcurrencyPolicy WIDE = ConcurrencyPolicy.aimd(1, 64, 32);

  private final Gates gates = new Gates(() -> 0.5);

  @Test
  void theSameKeyIsTheSameGateAndTheFirstPolicyCounts() {
    Gate first = gates.hold("function default/f", NARROW);
    Gate second = gates.hold("function default/f", WIDE);
    assertThat(second).isSameAs(first);
    assertThat(second.limit()).isEqualTo(1);
    assertThat(gates.hold("function other/f", WIDE)).isNotSameAs(first);
    assertThat(gates.size()).isEqualTo(2);
  }

  @Test
  void livesAsLongAsSomebodyHoldsIt() {
    Gate gate = gates.hold("destination d", NARROW);
    gates.hold("destination d", NARROW);
    gates.release(gate);
    assertThat(gates.hold("destination d", WIDE)).isSameAs(gate);
    gates.release(gate);
    gates.release(gate);
    assertThat(gates.size()).isZero();
    assertThat(gates.hold("destination d", WIDE)).isNotSameAs(gate);
    gates.release(gate);
    assertThat(gates.size()).as("one that is not held any more releases nothing").isEqualTo(1);
  }
}
