package io.penstock.source.cdc;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.pipeline.notification.Notification;
import io.debezium.pipeline.notification.channels.NotificationChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes on what Debezium tells about its snapshots. Made by Debezium, by a service file. */
public final class ProgressChannel implements NotificationChannel {

  static final String NAME = "penstock";

  private static final String TABLES = "data_collections";

  private @Nullable SnapshotMeter meter;

  /** For Debezium. */
  public ProgressChannel() {}

  @Override
  public void init(CommonConnectorConfig config) {
    meter = DebeziumParts.lent(config.getConfig().getString(DebeziumParts.SETTING)).meter();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void send(Notification notification) {
    SnapshotMeter known = meter;
    if (known == null || !String.valueOf(notification.getAggregateType()).endsWith("Snapshot")) {
      return;
    }
    String tables =
        notification.getAdditionalData() == null
            ? null
            : notification.getAdditionalData().get(TABLES);
    switch (String.valueOf(notification.getType())) {
      case "STARTED" -> begin(known, tables);
      case "IN_PROGRESS", "RESUMED" -> {
        if (!known.isRunning()) {
          begin(known, tables); // it goes on after a restart
        }
      }
      case "TABLE_SCAN_COMPLETED" -> known.tableDone();
      case "COMPLETED", "ABORTED", "SKIPPED", "PAUSED" -> known.ended();
      default -> {
        // of chunks, or of something new
      }
    }
  }

  private static void begin(SnapshotMeter meter, @Nullable String tables) {
    if (tables == null || tables.isEmpty()) {
      meter.began();
    } else {
      meter.began(List.of(tables.split(",")));
    }
  }

  @Override
  public void close() {
    SnapshotMeter known = meter;
    if (known != null) {
      known.ended();
    }
  }
}
