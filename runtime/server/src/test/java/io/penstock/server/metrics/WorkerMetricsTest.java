package io.penstock.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.HeadOfLine;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.server.http.FakeEngine;
import io.penstock.server.metrics.WorkerMetrics.Scrape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Metrics of a worker")
class WorkerMetricsTest {

  private static final ConnectorStatus STATUS =
      FakeEngine.statusOf("a", State.RUNNING, 1, Optional.empty());

  private final WorkerMetrics metrics = new WorkerMetrics("1");

  @Test
  void holdEverythingThatAConnectorTells() {
    assertThat(lines(metrics.scrape(List.of(STATUS), List.of(), null)))
        .contains(
            "penstock_connector_up{connector=\"a\"} 1.0",
            "penstock_connector_state{connector=\"a\",state=\"running\"} 1.0",
            "penstock_connector_state{connector=\"a\",state=\"failed\"} 0.0",
            "penstock_connector_warnings{connector=\"a\"} 1.0",
            "penstock_events_received_total{connector=\"a\"} 1000.0",
            "penstock_events_skipped_total{connector=\"a\"} 1.0",
            "penstock_events_settled_total{connector=\"a\",outcome=\"delivered\"} 900.0",
            "penstock_events_settled_total{connector=\"a\",outcome=\"filtered\"} 20.0",
            "penstock_events_settled_total{connector=\"a\",outcome=\"dead_lettered\"} 5.0",
            "penstock_events_settled_total{connector=\"a\",outcome=\"dropped\"} 3.0",
            "penstock_function_invocations_total{connector=\"a\"} 40.0",
            "penstock_event_failures_total{connector=\"a\"} 6.0",
            "penstock_event_throttles_total{connector=\"a\"} 7.0",
            "penstock_function_timeouts_total{connector=\"a\"} 8.0",
            "penstock_events_expired_total{connector=\"a\"} 9.0",
            "penstock_events_unreadable_total{connector=\"a\"} 11.0",
            "penstock_late_answers_total{connector=\"a\"} 10.0",
            "penstock_window_events{connector=\"a\"} 12.0",
            "penstock_window_bytes{connector=\"a\"} 2400.0",
            "penstock_window_max_bytes{connector=\"a\"} 1048576.0",
            "penstock_window_oldest_age_seconds{connector=\"a\"} 1.5",
            "penstock_function_limit{connector=\"a\",function=\"invoice\"} 4.0",
            "penstock_function_in_flight{connector=\"a\",function=\"invoice\"} 3.0",
            "penstock_function_stuck{connector=\"a\",function=\"invoice\"} 1.0",
            "penstock_sink_delivered_records_total{connector=\"a\",sink=\"onSuccess[0] kafka\"}"
                + " 100.0",
            "penstock_sink_retries_total{connector=\"a\",sink=\"onSuccess[0] kafka\"} 2.0",
            "penstock_sink_unreadable_records_total{connector=\"a\",sink=\"onSuccess[0] kafka\"}"
                + " 4.0",
            "penstock_sink_waiting_records{connector=\"a\",sink=\"onSuccess[0] kafka\"} 3.0",
            "penstock_sink_limit{connector=\"a\",sink=\"onSuccess[0] kafka\"} 8.0",
            "penstock_lanes{connector=\"a\"} 2.0",
            "penstock_lag_events{connector=\"a\"} 300.0",
            "penstock_lane_lag_events{connector=\"a\",lane=\"orders-0\"} 300.0",
            "penstock_lane_committed_position{connector=\"a\",lane=\"orders-1\"} 7.0",
            "penstock_lane_next_position{connector=\"a\",lane=\"orders-1\"} 9.0",
            "penstock_lane_span_events{connector=\"a\",lane=\"orders-0\"} 10.0",
            "penstock_lane_settled_beyond_events{connector=\"a\",lane=\"orders-0\"} 4.0",
            "penstock_lane_head_of_line{connector=\"a\",lane=\"orders-1\"} 1.0",
            "penstock_lane_halted{connector=\"a\",lane=\"orders-1\"} 1.0")
        .as("an unknown lag is no number")
        .noneMatch(
            line -> line.startsWith("penstock_lane_lag_events{connector=\"a\",lane=\"orders-1\""));
  }

  @Test
  void areBoundedWhereLanesAreNot() {
    List<LaneStatus> lanes =
        IntStream.range(0, 5_000)
            .mapToObj(
                i -> new LaneStatus("t-" + i, 0, 0, 0, 0, i, HeadOfLine.CLEAR, Optional.empty()))
            .toList();
    ConnectorStatus status =
        new ConnectorStatus(
            "a",
            State.RUNNING,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            lanes,
            Optional.empty(),
            List.of(),
            STATUS.window(),
            STATUS.counts(),
            0,
            Optional.empty());

    List<String> lines = lines(metrics.scrape(List.of(status), List.of(), null));

    assertThat(lines)
        .filteredOn(line -> line.startsWith("penstock_lane_lag_events{"))
        .hasSize(ConnectorSnapshots.MAX_LANES)
        .contains("penstock_lane_lag_events{connector=\"a\",lane=\"t-4999\"} 4999.0");
    assertThat(lines).contains("penstock_lanes{connector=\"a\"} 5000.0");
  }

  @Test
  void comeInTheFormatAskedFor() {
    assertThat(metrics.scrape(List.of(), List.of(), "text/plain").contentType())
        .startsWith("text/plain");
    Scrape open =
        metrics.scrape(List.of(STATUS), List.of(), "application/openmetrics-text; version=1.0.0");
    assertThat(open.contentType()).startsWith("application/openmetrics-text");
    assertThat(lines(open)).endsWith("# EOF");
  }

  private static List<String> lines(Scrape scrape) {
    return new String(scrape.body(), StandardCharsets.UTF_8).lines().toList();
  }
}
