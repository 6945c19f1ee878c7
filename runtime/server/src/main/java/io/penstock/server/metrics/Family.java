package io.penstock.server.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The values of one metric for all its labels, in the making. Not thread-safe. */
final class Family {

  /** Whether a value only grows. */
  enum Kind {
    COUNTER,
    GAUGE
  }

  private record Point(Labels labels, double value) {}

  private final Kind kind;
  private final MetricMetadata metadata;
  private final String[] labelNames;
  private final List<Point> points = new ArrayList<>();

  /**
   * Starts a metric.
   *
   * @param name with its unit; a counter's without {@code _total}, which is added
   */
  Family(Kind kind, String name, String help, String... labelNames) {
    this.kind = kind;
    this.metadata = new MetricMetadata(name, help);
    this.labelNames = labelNames;
  }

  /** As {@link #add(double, String...)}; beyond 2^53 it is rounded. */
  void add(long value, String... labels) {
    add((double) value, labels);
  }

  /** Adds a value; the labels' values are in the order of their names. */
  void add(double value, String... labels) {
    points.add(new Point(Labels.of(labelNames, labels), value));
  }

  MetricSnapshot snapshot() {
    return switch (kind) {
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              points.stream()
                  .map(p -> new CounterDataPointSnapshot(p.value(), p.labels(), null, 0))
                  .toList());
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              points.stream()
                  .map(p -> new GaugeDataPointSnapshot(p.value(), p.labels(), null))
                  .toList());
    };
  }
}
