package io.penstock.server.metrics;

import static io.penstock.server.metrics.Family.Kind.COUNTER;
import static io.penstock.server.metrics.Family.Kind.GAUGE;

import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.Counts;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.ConnectorStatus.HeadOfLine;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.ConnectorStatus.SinkStatus;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.ConnectorStatus.WindowStatus;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The metrics of all connectors at one moment. Used once, by one thread. */
final class ConnectorSnapshots {

  /**
   * Lanes with metrics of their own, a connector: a pattern may subscribe to more than Prometheus
   * should keep. Those with the most lag are shown.
   */
  static final int MAX_LANES = 1_000;

  private static final String CONNECTOR = "connector";
  private static final double NS_PER_SECOND = 1e9;

  private final List<Family> families = new ArrayList<>();

  private final Family up =
      gauge("penstock_connector_up", "1 if the connector told its status.", CONNECTOR);
  private final Family state =
      gauge("penstock_connector_state", "1 for the state it is in.", CONNECTOR, "state");
  private final Family warnings =
      gauge("penstock_connector_warnings", "Things that are wrong with it.", CONNECTOR);

  private final Family received =
      counter("penstock_events_received", "Events taken from the source.", CONNECTOR);
  private final Family skipped =
      counter("penstock_events_skipped", "Events taken again, settled before.", CONNECTOR);
  private final Family unreadable =
      counter("penstock_events_unreadable", "Events or payloads that can't be read.", CONNECTOR);
  private final Family settled =
      counter("penstock_events_settled", "Events by their final outcome.", CONNECTOR, "outcome");
  private final Family failures =
      counter("penstock_event_failures", "Attempts of events that failed.", CONNECTOR);
  private final Family throttles =
      counter("penstock_event_throttles", "Events put off by an overload.", CONNECTOR);
  private final Family expired =
      counter("penstock_events_expired", "Events that grew too old.", CONNECTOR);
  private final Family invocations =
      counter("penstock_function_invocations", "Calls of the function.", CONNECTOR);
  private final Family timeouts =
      counter("penstock_function_timeouts", "Calls past their deadline.", CONNECTOR);
  private final Family late =
      counter("penstock_late_answers", "Answers for events settled or given up.", CONNECTOR);

  private final Family windowEvents =
      gauge("penstock_window_events", "Events taken and unsettled.", CONNECTOR);
  private final Family windowBytes =
      gauge("penstock_window_bytes", "Bytes that those keep.", CONNECTOR);
  private final Family windowMaxBytes =
      gauge("penstock_window_max_bytes", "At which nothing more is taken.", CONNECTOR);
  private final Family oldest =
      gauge("penstock_window_oldest_age_seconds", "Age of the oldest unsettled event.", CONNECTOR);

  private final Family limit =
      gauge("penstock_function_limit", "Calls that may run at a time.", CONNECTOR, "function");
  private final Family inFlight =
      gauge("penstock_function_in_flight", "Calls that run.", CONNECTOR, "function");
  private final Family stuck =
      gauge(
          "penstock_function_stuck", "Calls past their deadline that run.", CONNECTOR, "function");

  private final Family sinkDelivered =
      counter("penstock_sink_delivered_records", "Records delivered.", CONNECTOR, "sink");
  private final Family sinkRetries =
      counter("penstock_sink_retries", "Deliveries to be tried again.", CONNECTOR, "sink");
  private final Family sinkUnreadable =
      counter(
          "penstock_sink_unreadable_records", "Records that it can't filter.", CONNECTOR, "sink");
  private final Family sinkWaiting =
      gauge("penstock_sink_waiting_records", "Records not delivered yet.", CONNECTOR, "sink");
  private final Family sinkLimit =
      gauge("penstock_sink_limit", "Deliveries that may be in flight.", CONNECTOR, "sink");

  private final Family lanes = gauge("penstock_lanes", "Lanes that it owns.", CONNECTOR);
  private final Family lag =
      gauge("penstock_lag_events", "Events still in the source, where known.", CONNECTOR);
  private final Family laneLag = lane("lag_events", "Events still in the source.");
  private final Family laneCommitted = lane("committed_position", "All below it is settled.");
  private final Family laneNext = lane("next_position", "After the newest event taken.");
  private final Family laneSpan = lane("span_events", "Events taken beyond the settled prefix.");
  private final Family laneBeyond =
      lane("settled_beyond_events", "Those of them that are settled.");
  private final Family laneBlocked = lane("head_of_line", "1 if one event holds up the window.");
  private final Family laneHalted = lane("halted", "1 if it stopped.");

  List<MetricSnapshot> of(List<ConnectorStatus> statuses, List<String> silent) {
    silent.forEach(name -> up.add(0, name));
    statuses.forEach(this::add);
    return families.stream().map(Family::snapshot).toList();
  }

  private void add(ConnectorStatus status) {
    String name = status.name();
    up.add(1, name);
    warnings.add(status.health().size(), name);
    for (State s : State.values()) {
      state.add(s == status.state() ? 1 : 0, name, s.name().toLowerCase(Locale.ROOT));
    }
    addCounts(status.counts(), name);
    WindowStatus window = status.window();
    windowEvents.add(window.events(), name);
    windowBytes.add(window.bytes(), name);
    windowMaxBytes.add(window.maxBytes(), name);
    oldest.add(window.oldest().map(Duration::toNanos).orElse(0L) / NS_PER_SECOND, name);
    status.function().ifPresent(gate -> addGate(gate, name));
    status.sinks().forEach(sink -> addSink(sink, name));
    addLanes(status.lanes(), name);
  }

  private void addCounts(Counts counts, String name) {
    received.add(counts.received(), name);
    skipped.add(counts.skipped(), name);
    unreadable.add(counts.unreadable(), name);
    settled.add(counts.delivered(), name, "delivered");
    settled.add(counts.filtered(), name, "filtered");
    settled.add(counts.deadLettered(), name, "dead_lettered");
    settled.add(counts.dropped(), name, "dropped");
    failures.add(counts.failures(), name);
    throttles.add(counts.throttles(), name);
    expired.add(counts.expired(), name);
    invocations.add(counts.invocations(), name);
    timeouts.add(counts.timeouts(), name);
    late.add(counts.late(), name);
  }

  private void addGate(GateStatus gate, String name) {
    limit.add(gate.limit(), name, gate.name());
    inFlight.add(gate.inFlight(), name, gate.name());
    stuck.add(gate.stuck(), name, gate.name());
  }

  private void addSink(SinkStatus sink, String name) {
    sinkDelivered.add(sink.delivered(), name, sink.name());
    sinkRetries.add(sink.retries(), name, sink.name());
    sinkUnreadable.add(sink.unreadable(), name, sink.name());
    sinkWaiting.add(sink.waiting(), name, sink.name());
    sinkLimit.add(sink.gate().limit(), name, sink.name());
  }

  private void addLanes(List<LaneStatus> all, String name) {
    lanes.add(all.size(), name);
    lag.add(all.stream().mapToLong(LaneStatus::lag).filter(l -> l > 0).sum(), name);
    all.stream()
        .sorted(Comparator.comparingLong(LaneStatus::lag).reversed())
        .limit(MAX_LANES)
        .forEach(lane -> addLane(lane, name));
  }

  private void addLane(LaneStatus lane, String name) {
    if (lane.lag() >= 0) {
      laneLag.add(lane.lag(), name, lane.name());
    }
    laneCommitted.add(lane.committed(), name, lane.name());
    laneNext.add(lane.next(), name, lane.name());
    laneSpan.add(lane.span(), name, lane.name());
    laneBeyond.add(lane.settledBeyond(), name, lane.name());
    laneBlocked.add(lane.headOfLine() == HeadOfLine.BLOCKED ? 1 : 0, name, lane.name());
    laneHalted.add(lane.halted().isPresent() ? 1 : 0, name, lane.name());
  }

  private Family counter(String name, String help, String... labels) {
    return family(new Family(COUNTER, name, help, labels));
  }

  private Family gauge(String name, String help, String... labels) {
    return family(new Family(GAUGE, name, help, labels));
  }

  private Family lane(String name, String help) {
    return gauge("penstock_lane_" + name, help, CONNECTOR, "lane");
  }

  private Family family(Family family) {
    families.add(family);
    return family;
  }
}
