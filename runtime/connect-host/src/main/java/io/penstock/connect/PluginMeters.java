package io.penstock.connect;

import java.util.Map;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;

/** The metrics that plugins of one connector register: kept for the plugin, shown nowhere. */
final class PluginMeters implements AutoCloseable {

  private final Metrics metrics = new Metrics();

  PluginMetrics of(String part) {
    return new PluginMetricsImpl(metrics, Map.of("part", part));
  }

  @Override
  public void close() {
    metrics.close();
  }
}
