package io.penstock.source.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SnapshotProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SnapshotMeterTest {

  private long nowNs;

  private SnapshotMeter meter(OptionalLong rows) {
    return new SnapshotMeter(List.of("a.b", "a.c"), tables -> rows, () -> nowNs);
  }

  @Test
  void tellsTablesRowsPercentAndTimeLeft() {
    SnapshotMeter meter = meter(OptionalLong.of(40));
    assertThat(meter.progress()).isEmpty();
    meter.began();
    for (int i = 0; i < 10; i++) {
      meter.row();
    }
    meter.tableDone();
    nowNs = Duration.ofSeconds(5).toNanos();
    assertThat(meter.progress())
        .contains(
            new SnapshotProgress(2, 1, 10, Optional.of(25), Optional.of(Duration.ofSeconds(15))));
    meter.ended();
    assertThat(meter.progress()).isEmpty();
  }

  @Test
  void tellsLessWhereTheDatabaseDoes() {
    SnapshotMeter meter = meter(OptionalLong.empty());
    meter.began(List.of("a.c"));
    meter.row();
    assertThat(meter.progress())
        .contains(new SnapshotProgress(1, 0, 1, Optional.empty(), Optional.empty()));
  }

  @Test
  void isNeverDoneBeforeTheEnd() {
    SnapshotMeter meter = meter(OptionalLong.of(1));
    meter.began();
    meter.row();
    meter.row();
    assertThat(meter.progress().orElseThrow().percent()).contains(99);
  }
}
