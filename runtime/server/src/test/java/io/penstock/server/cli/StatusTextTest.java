package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SnapshotProgress;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.server.http.FakeEngine;
import java.time.Duration;
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

  @Test
  void tellsHowFarASnapshotIs() {
    ConnectorStatus plain = status(State.RUNNING, 0);
    SnapshotProgress progress =
        new SnapshotProgress(3, 1, 12_345, Optional.of(41), Optional.of(Duration.ofSeconds(3_725)));
    ConnectorStatus reading =
        new ConnectorStatus(
            plain.name(),
            plain.state(),
            plain.paused(),
            plain.health(),
            Optional.of(progress),
            plain.lanes(),
            plain.function(),
            plain.sinks(),
            plain.window(),
            plain.counts(),
            plain.eventsPerSecond(),
            plain.lastError());
    assertThat(StatusText.of(reading))
        .startsWith(
            "orders: snapshot 41%, 1 of 3 tables, 12,345 rows, 1 h 02 min left, 124/s, lag 300");
  }

  private static ConnectorStatus status(State state, int stuck) {
    return FakeEngine.statusOf("orders", state, stuck, Optional.empty());
  }
}
