package io.penstock.server.cli;

import io.penstock.connector.SnapshotProgress;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.ConnectorStatus.State;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** A connector's status in some words. */
final class StatusText {

  private static final int LONGEST_NOTE = 80;

  private StatusText() {}

  static String of(ConnectorStatus status) {
    StringBuilder text = new StringBuilder(status.name()).append(": ");
    if (status.state() != State.RUNNING) {
      text.append(status.state().name().toLowerCase(Locale.ROOT));
      trouble(status).ifPresent(note -> text.append(" (").append(note).append(')'));
      text.append(", ");
    }
    status.snapshot().ifPresent(snapshot -> text.append(of(snapshot)).append(", "));
    text.append(String.format(Locale.ROOT, "%,.0f/s", status.eventsPerSecond()));
    text.append(String.format(Locale.ROOT, ", lag %,d", lag(status)));
    if (status.function().isPresent()) {
      GateStatus gate = status.function().get();
      text.append(", in flight ").append(gate.inFlight()).append(" of ").append(gate.limit());
      if (gate.stuck() > 0) {
        text.append(" (").append(gate.stuck()).append(" stuck)");
      }
    }
    text.append(String.format(Locale.ROOT, ", done %,d", status.counts().delivered()));
    text.append(String.format(Locale.ROOT, ", errors %,d", status.counts().failures()));
    if (status.counts().deadLettered() > 0) {
      text.append(String.format(Locale.ROOT, ", dead %,d", status.counts().deadLettered()));
    }
    if (status.state() == State.RUNNING && !status.health().isEmpty()) {
      text.append(", ! ").append(shortened(status.health().get(0)));
    }
    return text.toString();
  }

  private static String of(SnapshotProgress snapshot) {
    return String.format(
        Locale.ROOT,
        "snapshot %s%d of %d tables, %,d rows%s",
        snapshot.percent().map(percent -> percent + "%, ").orElse(""),
        snapshot.tablesDone(),
        snapshot.tables(),
        snapshot.rows(),
        snapshot.timeLeft().map(left -> ", " + time(left) + " left").orElse(""));
  }

  private static String time(Duration time) {
    long seconds = time.toSeconds();
    return seconds < 60
        ? seconds + " s"
        : seconds < 3_600
            ? seconds / 60 + " min"
            : String.format(Locale.ROOT, "%d h %02d min", seconds / 3_600, seconds / 60 % 60);
  }

  private static Optional<String> trouble(ConnectorStatus status) {
    if (status.state() == State.PAUSED) {
      return status.paused().map(pause -> "by " + pause.by());
    }
    return status.lastError().map(ErrorNote::text).map(StatusText::shortened);
  }

  private static long lag(ConnectorStatus status) {
    return status.lanes().stream().mapToLong(LaneStatus::lag).filter(l -> l > 0).sum();
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= LONGEST_NOTE ? line : line.substring(0, LONGEST_NOTE - 3) + "...";
  }
}
