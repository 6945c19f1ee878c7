package io.penstock.engine.core;

import io.penstock.connector.EventLog;
import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.Leases;
import io.penstock.connector.SharedDatabase;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceVerdict;
import io.penstock.connector.StateStore;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.Order;
import io.penstock.engine.RoutePlan;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a connector gives its source.
 *
 * @param plan the connector
 * @param known its named routes
 * @param lanes whom to tell about lanes
 * @param environment where things are kept
 */
record CoreContext(
    ConnectorPlan plan,
    Map<String, RoutePlan> known,
    LaneOwner lanes,
    EngineEnvironment environment)
    implements SourceContext {

  /** Of a connector; core thread. */
  static CoreContext of(ConnectorPlan plan, LaneOwner lanes, EngineEnvironment environment) {
    Map<String, RoutePlan> known = new HashMap<>();
    for (String name : plan.routes().names()) {
      plan.routes().route(name).ifPresent(route -> known.put(name, route));
    }
    return new CoreContext(plan, Map.copyOf(known), lanes, environment);
  }

  @Override
  public String connector() {
    return plan.name();
  }

  @Override
  public long bufferBytes() {
    return plan.delivery().window().maxBytes() / 4;
  }

  @Override
  public Set<String> routes() {
    return known.keySet();
  }

  @Override
  public boolean hasOwnRoute() {
    return plan.function().isPresent() || !plan.onSuccess().isEmpty();
  }

  @Override
  public boolean hasSinks(@Nullable String route, SourceVerdict verdict) {
    RoutePlan named = route == null ? plan.ownRoute() : known.get(route);
    return named != null && named.hasSinks(verdict);
  }

  @Override
  public StateStore state() {
    return environment.sources().state();
  }

  @Override
  public StateStore sharedState() {
    return environment.sources().shared();
  }

  @Override
  public Optional<SharedDatabase> database() {
    return environment.sources().database();
  }

  @Override
  public Leases leases() {
    return environment.sources().leases();
  }

  @Override
  public Path folder() {
    return environment.sources().folders().apply(plan.name());
  }

  @Override
  public boolean keepsOrder() {
    return plan.delivery().order() != Order.NONE;
  }

  @Override
  public EventLog eventLog() {
    return environment.sources().eventLog();
  }

  @Override
  public Failpoints failpoints() {
    return environment.failpoints();
  }
}
