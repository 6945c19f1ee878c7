package io.penstock.source.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoldingTest {

  @ParameterizedTest
  @CsvSource({
    "100 1795351166556 2000 3 0 broker-a 1 104 4711, 104 1795351166556 2000 3 0 broker-a 1 104 4711",
    "100 1795351166556 2000 3 0 broker-a 1 104 0 4711, 104 1795351166556 2000 3 0 broker-a 1 104 0 4711",
    "100 1795351166556 2000 3 2 broker-a 1 104, 104 1795351166556 2000 3 2 broker-a 1 104",
    "104 1795351166556 2000 3 0 broker-a 1 104 -1, 104 1795351166556 2000 3 0 broker-a 1 104 -1"
  })
  void theOffsetOfTheBatchGivesWayToThatOfTheMessage(String handle, String mended) {
    assertThat(Holding.mended(handle)).isEqualTo(mended);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "opaque", "1 2 3", "AAECAwQ=", "1 2 3 4 9 broker 5 6 7"})
  void whatIsNoSuchHandleIsLeftAlone(String handle) {
    assertThat(Holding.mended(handle)).isEqualTo(handle);
  }
}
