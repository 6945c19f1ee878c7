package io.penstock.server.metrics;

import io.penstock.engine.ConnectorStatus;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the metrics of this worker: its connectors' and the JVM's. Thread-safe. */
public final class WorkerMetrics {

  /**
   * A scrape, ready to be sent.
   *
   * @param contentType of the body
   * @param body the metrics
   */
  public record Scrape(String contentType, byte[] body) {}

  private final PrometheusRegistry jvm = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final MetricSnapshot build;

  /** Makes metrics of a worker of this version. */
  public WorkerMetrics(String version) {
    this.build =
        InfoSnapshot.builder()
            .name("penstock_build")
            .help("The version in its label.")
            .dataPoint(
                InfoDataPointSnapshot.builder().labels(Labels.of("version", version)).build())
            .build();
    JvmMetrics.builder().register(jvm);
  }

  /**
   * Writes all metrics.
   *
   * @param statuses of the connectors that answered
   * @param silent names of those that didn't
   * @param accept the formats that the asker takes, as in the HTTP header
   */
  public Scrape scrape(
      List<ConnectorStatus> statuses, List<String> silent, @Nullable String accept) {
    List<MetricSnapshot> all = new ArrayList<>();
    jvm.scrape().forEach(all::add);
    all.add(build);
    all.addAll(new ConnectorSnapshots().of(statuses, silent));
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 << 10);
    try {
      writer.write(body, new MetricSnapshots(all));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new Scrape(writer.getContentType(), body.toByteArray());
  }
}
