package io.penstock.engine.core;

import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.ConnectorStatus.SinkStatus;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.ConnectorStatus.WindowStatus;
import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.intake.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Writes down how a connector is. */
final class StatusReport {

  private final ConnectorCore core;
  private final Counters counters;
  private final Budget budget;

  StatusReport(ConnectorCore core, Counters counters, Budget budget) {
    this.core = core;
    this.counters = counters;
    this.budget = budget;
  }

  ConnectorStatus make(
      State state, Optional<Pause> paused, Optional<ErrorNote> lastError, long nowNs) {
    List<LaneStatus> lanes =
        core.lanes().owned().stream()
            .map(LaneState::status)
            .sorted(Comparator.comparing(LaneStatus::name))
            .toList();
    List<SinkStatus> sinks = core.table().ports().stream().map(SinkPort::status).toList();
    return new ConnectorStatus(
        core.name(),
        state,
        paused,
        health(lanes),
        core.snapshot(),
        lanes,
        core.table().hasStarted() ? core.ownRoute().status() : Optional.empty(),
        sinks,
        window(nowNs),
        counters.snapshot(),
        counters.perSecond(),
        lastError);
  }

  private List<String> health(List<LaneStatus> lanes) {
    List<String> health = new ArrayList<>();
    core.trouble().ifPresent(health::add);
    health.addAll(core.sourceHealth());
    for (LaneStatus lane : lanes) {
      lane.halted().ifPresent(why -> health.add("lane " + lane.name() + " is halted: " + why));
      if (lane.headOfLine() == ConnectorStatus.HeadOfLine.BLOCKED) {
        health.add(
            "lane "
                + lane.name()
                + ": one event holds up a window of "
                + lane.span()
                + " events; see onWindowFull");
      }
    }
    for (Route route : core.routes()) {
      if (route.gate.isBlocked()) {
        health.add(
            "function '"
                + route.functionName()
                + "' is stuck: all "
                + route.gate.stuckCount()
                + " invocations are past their timeout and have not returned");
      }
    }
    for (SinkPort<Work> port : core.table().ports()) {
      if (!port.isOpen()) {
        health.add(
            "sink "
                + port.plan().name()
                + " is not open"
                + port.status().lastError().map(e -> ": " + e.text()).orElse(" yet"));
      }
    }
    return health;
  }

  private WindowStatus window(long nowNs) {
    Optional<Duration> oldest = Optional.empty();
    for (LaneState lane : core.lanes().owned()) {
      Work work = lane.oldest();
      if (work != null) {
        Duration age = Duration.ofNanos(nowNs - work.takenNs);
        if (oldest.isEmpty() || age.compareTo(oldest.get()) > 0) {
          oldest = Optional.of(age);
        }
      }
    }
    return new WindowStatus(
        core.works().unsettled(), budget.usedBytes(), budget.maxBytes(), oldest);
  }
}
