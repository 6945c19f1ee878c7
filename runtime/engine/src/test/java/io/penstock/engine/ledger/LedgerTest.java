package io.penstock.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.PositionRanges;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger<String> ledger = new Ledger<>(10, PositionRanges.empty(), 4);

  @Test
  void commitsThePrefixAndRemembersWhatIsBeyond() {
    long a = ledger.admit(10, "a");
    long b = ledger.admit(11, "b");
    long c = ledger.admit(15, "c");
    long d = ledger.admit(16, "d");
    long e = ledger.admit(40, "e");
    ledger.settle(a);
    ledger.settle(c);
    ledger.settle(d);

    assertThat(ledger.committable()).isEqualTo(11);
    assertThat(ledger.settledBeyond()).hasToString("[15,17)");
    assertThat(ledger.span()).isEqualTo(4);
    assertThat(ledger.settledInSpan()).isEqualTo(2);
    assertThat(ledger.oldest()).isEqualTo("b");
    assertThat(ledger.isFull()).isTrue();

    ledger.settle(b);
    assertThat(ledger.committable()).isEqualTo(40);
    ledger.settle(e);
    assertThat(ledger.committable()).isEqualTo(41);
    assertThat(ledger.settledBeyond().isEmpty()).isTrue();
  }

  @Test
  void whatTheSourceSkippedIsCommittedToo() {
    long a = ledger.admit(10, "a");
    ledger.advanceTo(30);
    assertThat(ledger.committable()).isEqualTo(10);
    ledger.settle(a);
    assertThat(ledger.committable()).isEqualTo(30);
    ledger.advanceTo(20);
    assertThat(ledger.committable()).isEqualTo(30);
  }

  @Test
  void aPositionAdmittedTwiceOrOutOfOrderIsADefect() {
    ledger.admit(12, "a");
    assertThatThrownBy(() -> ledger.admit(12, "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position 12 admitted after 12");
    assertThatThrownBy(() -> ledger.admit(11, "a")).isInstanceOf(IllegalArgumentException.class);
    assertThat(ledger.committable()).isEqualTo(12);
  }

  @Test
  void aSequenceThatWasNeverGivenOutIsADefect() {
    ledger.admit(12, "a");
    assertThatThrownBy(() -> ledger.settle(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ledger.settle(Ledger.SETTLED_BEFORE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void growsAndForgets() {
    Ledger<Integer> large = new Ledger<>(0, PositionRanges.empty(), 100_000);
    for (int i = 0; i < 100_000; i++) {
      assertThat(large.admit(i, i)).isEqualTo(i);
    }
    assertThat(large.isFull()).isTrue();
    for (int i = 99_999; i > 0; i--) {
      large.settle(i);
    }
    assertThat(large.oldest()).isZero();
    assertThat(large.committable()).isZero();
    assertThat(large.settledBeyond()).hasToString("[1,100000)");
    large.settle(0);
    assertThat(large.committable()).isEqualTo(100_000);
    assertThat(large.span()).isZero();
    assertThat(large.settledInSpan()).isZero();
  }
}
