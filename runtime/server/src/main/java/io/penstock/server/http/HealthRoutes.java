package io.penstock.server.http;

import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.Engine;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether the process lives, and whether it does its work. */
final class HealthRoutes {

  /** Why the worker isn't ready: the connector and what is wrong with it. */
  record Reason(String connector, String reason) {}

  /** The answer of {@code /health/ready}. */
  record Readiness(boolean ready, List<Reason> reasons, List<Reason> warnings) {}

  private final Engine engine;
  private final Statuses statuses;
  private final AtomicBoolean stopping;

  HealthRoutes(Engine engine, Statuses statuses, AtomicBoolean stopping) {
    this.engine = engine;
    this.statuses = statuses;
    this.stopping = stopping;
  }

  void mount(Router router) {
    router.get("/health/live").handler(request -> Answers.json(request, 200, Map.of("live", true)));
    router.get("/health/ready").handler(this::ready);
  }

  private void ready(RoutingContext request) {
    if (stopping.get()) {
      Answers.json(
          request, 503, new Readiness(false, List.of(new Reason("", "stopping")), List.of()));
      return;
    }
    statuses
        .of(engine.connectors())
        .onSuccess(
            all -> {
              Readiness readiness = readiness(all);
              Answers.json(request, readiness.ready() ? 200 : 503, readiness);
            })
        .onFailure(request::fail);
  }

  /** Ready is who can do their work: a slow or paused connector is, a broken one isn't. */
  static Readiness readiness(Statuses.All all) {
    List<Reason> reasons = new ArrayList<>();
    List<Reason> warnings = new ArrayList<>();
    all.silent().forEach(name -> reasons.add(new Reason(name, "does not tell its status")));
    for (ConnectorStatus status : all.statuses()) {
      if (status.state() != ConnectorStatus.State.RUNNING
          && status.state() != ConnectorStatus.State.PAUSED) {
        reasons.add(
            new Reason(
                status.name(),
                "is "
                    + Json.camelCase(status.state())
                    + status.lastError().map(ErrorNote::text).map(t -> ": " + t).orElse("")));
      }
      status
          .function()
          .filter(HealthRoutes::isStuck)
          .ifPresent(
              gate ->
                  reasons.add(
                      new Reason(
                          status.name(),
                          "every slot of function '"
                              + gate.name()
                              + "' is stuck: "
                              + gate.stuck()
                              + " calls are past their deadline and have not returned")));
      status.health().forEach(text -> warnings.add(new Reason(status.name(), text)));
    }
    return new Readiness(reasons.isEmpty(), reasons, warnings);
  }

  private static boolean isStuck(GateStatus gate) {
    return gate.stuck() > 0 && gate.stuck() >= gate.limit();
  }
}
