package io.penstock.source.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Notices that no broker can be reached: a consumer says nothing of it, it just has no records. Looks
 * at the client's own count of connections, now and then and only while nothing comes in.
 */
final class ConnectionWatch {

  private static final long INTERVAL_NS = Duration.ofSeconds(1).toNanos();
  private static final long LIMIT_NS = Duration.ofSeconds(5).toNanos();

  private final LongSupplier nanoTime;
  private final Metric connections;
  private long lookAtNs;
  private long connectedNs;

  /**
   * A watch over a client.
   *
   * @throws IllegalStateException if the client doesn't count its connections
   */
  ConnectionWatch(Map<MetricName, ? extends Metric> metrics, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.connections =
        metrics.entrySet().stream()
            .filter(e -> e.getKey().name().equals("connection-count"))
            .filter(e -> e.getKey().group().equals("consumer-metrics"))
            .<Metric>map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no metric connection-count"));
    this.connectedNs = nanoTime.getAsLong();
    this.lookAtNs = connectedNs;
  }

  /** Records came in. */
  void alive() {
    connectedNs = nanoTime.getAsLong();
    lookAtNs = connectedNs + INTERVAL_NS;
  }

  /** Whether there has been no connection for seconds. */
  boolean isCutOff() {
    long now = nanoTime.getAsLong();
    if (now - lookAtNs >= 0) {
      lookAtNs = now + INTERVAL_NS;
      if (((Number) connections.metricValue()).doubleValue() > 0) {
        connectedNs = now;
      }
    }
    return now - connectedNs >= LIMIT_NS;
  }
}
