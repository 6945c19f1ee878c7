package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.server.http.FakeEngine;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A status in words")
class StatusTextTest {

  @Test
  void tellsThroughputLagLimitInFlightAndErrors() {
    assertThat(StatusText.of(status(State.RUNNING, 1)))
        .isEqualTo(
            "orders: 124/s, lag 300, in flight 3 of 4 (1 stuck), done 900, errors 6, dead 5,"
                + " ! lane orders-1 stands at position 7");
  }

  @Test
  void tellsWhatKeepsItFromRunning() {
    assertThat(StatusText.of(status(State.STARTING, 0)))
        .startsWith("orders: starting (b:9092 can't be reached), 124/s");
    ConnectorStatus paused =
        FakeEngine.statusOf(
            "orders", State.PAUSED, 0, Optional.of(new Pause("ada", Instant.EPOCH)));
    assertThat(StatusText.of(paused)).startsWith("orders: paused (by ada), ");
  }

  private static ConnectorStatus status(State state, int stuck) {
    return FakeEngine.statusOf("orders", state, stuck, Optional.empty());
  }
}
