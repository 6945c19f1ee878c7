package io.penstock.engine.core;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Order;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.order.ArrivalOrder;
import io.penstock.engine.order.KeyOrder;
import io.penstock.engine.order.ReadyQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes of a connector, its own and the named ones, with their gates and sinks. */
final class RouteTable {

  private static final Logger log = LoggerFactory.getLogger(RouteTable.class);

  /** An evictable route that nothing has come for so long is closed. */
  private static final long IDLE_NS = Duration.ofSeconds(60).toNanos();

  private static final long LOOK_NS = Duration.ofSeconds(1).toNanos();

  /** More evictable routes than that are kept only while something of them is under way. */
  private static final int MAX_IDLE = 256;

  private final ConnectorCore core;
  private final CoreLoop loop;
  private final ConnectorPlan plan;
  private final Map<String, Route> named = new LinkedHashMap<>();
  private final List<Route> all = new ArrayList<>();
  private final List<SinkPort<Work>> ports = new ArrayList<>();
  private final List<Gate> gates = new ArrayList<>();
  private @Nullable Route own;
  private final Set<Route> evictable = new LinkedHashSet<>();
  private @Nullable SerialWorker closer;
  private long lookedNs;
  private int portsMade;

  RouteTable(ConnectorCore core, CoreLoop loop, ConnectorPlan plan) {
    this.core = core;
    this.loop = loop;
    this.plan = plan;
  }

  /** Makes the connector's own route, and opens its sinks. */
  void start() {
    own = make(plan.ownRoute());
  }

  boolean hasStarted() {
    return own != null;
  }

  /** The connector's own route, once it is started. */
  Route own() {
    Route made = own;
    if (made == null) {
      throw new IllegalStateException(plan.name() + " is not started");
    }
    return made;
  }

  /** The route of that name; the connector's own for null; null if there is none. */
  @Nullable Route route(@Nullable String name) {
    if (name == null) {
      return own();
    }
    Route known = named.get(name);
    if (known != null) {
      return known;
    }
    Optional<RoutePlan> made = plan.routes().route(name);
    if (made.isEmpty()) {
      return null;
    }
    Route route = make(made.get());
    named.put(name, route);
    if (plan.routes().isEvictable(name)) {
      if (evictable.isEmpty()) {
        lookedNs = core.clock().getAsLong();
      }
      evictable.add(route);
    }
    return route;
  }

  // ---- routes that come and go

  /** When to look for routes that nothing has come for; {@link Long#MAX_VALUE} if there are none. */
  long nextEvictionNs() {
    return evictable.isEmpty() ? Long.MAX_VALUE : lookedNs + LOOK_NS;
  }

  /** Closes routes that nothing has come for, and the longest idle ones if there are too many. */
  void evictIdle(long nowNs) {
    if (evictable.isEmpty() || nowNs - lookedNs < LOOK_NS) {
      return;
    }
    lookedNs = nowNs;
    List<Route> idle = new ArrayList<>();
    for (Route route : evictable) {
      if (route.idleSinceNs() != ReadyQueue.NEVER) {
        idle.add(route);
      }
    }
    idle.sort((one, other) -> Long.compare(one.idleSinceNs() - other.idleSinceNs(), 0));
    int tooMany = evictable.size() - MAX_IDLE;
    for (Route route : idle) {
      if (tooMany-- > 0 || nowNs - route.idleSinceNs() >= IDLE_NS) {
        evict(route);
      }
    }
  }

  private void evict(Route route) {
    evictable.remove(route);
    all.remove(route);
    named.remove(route.plan.name());
    release(route.gate);
    for (List<SinkPort<Work>> some :
        List.of(route.successPorts, route.failurePorts, route.stopPorts)) {
      for (SinkPort<Work> port : some) {
        ports.remove(port);
        port.close(() -> {});
        port.abandon(); // what a lost lane has left on its way
        release(port.gate());
      }
    }
    route.plan.function().ifPresent(function -> closer().execute(() -> close(function)));
  }

  /** A worker of its own, for user code may take its time to close. */
  private SerialWorker closer() {
    SerialWorker made = closer;
    if (made == null) {
      made = loop.agents().worker(plan.name() + "-unload");
      closer = made;
    }
    return made;
  }

  private void close(FunctionPlan function) {
    try {
      function.invoker().close();
    } catch (Throwable e) { // errors too: a function's missing class must not end the worker
      log.warn("{}: function {} failed to close", plan.name(), function.name(), e);
    }
  }

  private void release(Gate gate) {
    gates.remove(gate);
    loop.gates().release(gate);
  }

  Collection<Route> all() {
    return all;
  }

  List<SinkPort<Work>> ports() {
    return ports;
  }

  private Route make(RoutePlan route) {
    List<SinkPort<Work>> success = ports(route.onSuccess());
    List<SinkPort<Work>> failure =
        route.onFailure() instanceof FailurePlan.DeadLetter letters
            ? ports(letters.sinks())
            : List.of();
    List<SinkPort<Work>> stop = ports(route.onStop());
    Gate gate =
        route
            .function()
            .map(f -> hold("function " + f.account() + "/" + f.name(), f.concurrency()))
            .orElseGet(
                () ->
                    held(
                        loop.gates()
                            .holdLimit(
                                "stream " + plan.name() + "/" + route.name(),
                                () ->
                                    new StreamLimit(
                                        success, plan.delivery().batch().maxEvents()))));
    Route made =
        new Route(
            core,
            route,
            plan.delivery(),
            queue(route),
            gate,
            new Route.Ports(success, failure, stop));
    all.add(made);
    return made;
  }

  private List<SinkPort<Work>> ports(List<SinkPlan> sinks) {
    List<SinkPort<Work>> made = new ArrayList<>(sinks.size());
    for (SinkPlan sink : sinks) {
      double tolerance = ConcurrencyPolicy.DEFAULT_TOLERANCE;
      @Nullable RuntimeException defect = null;
      try {
        if (sink.sink().ordering() == Sink.Ordering.KEPT) {
          tolerance = ConcurrencyPolicy.STREAM_TOLERANCE;
        }
      } catch (RuntimeException e) {
        defect = e; // thrown when its port is known, which is then closed with the others
      }
      Gate gate =
          held(
              loop.gates()
                  .hold("destination " + sink.destination(), sink.concurrency(), tolerance));
      String role = plan.name() + "-sink-" + portsMade++;
      long buffer = plan.delivery().window().maxBytes() / 4 / Math.max(1, sinkCount());
      SinkPort<Work> port =
          new SinkPort<>(
              sink,
              gate,
              loop.agents().worker(role),
              core,
              new SinkContext(plan.name(), buffer, loop.environment().failpoints(), loop.peers()));
      ports.add(port);
      made.add(port);
      if (defect != null) {
        throw defect;
      }
    }
    return made;
  }

  /** The connector's own sinks; they share a quarter of its memory. */
  private int sinkCount() {
    int failure =
        plan.onFailure() instanceof FailurePlan.DeadLetter letters ? letters.sinks().size() : 0;
    return plan.onSuccess().size() + failure + plan.onStop().size();
  }

  private Gate hold(String key, ConcurrencyPolicy policy) {
    return held(loop.gates().hold(key, policy));
  }

  private Gate held(Gate gate) {
    gates.add(gate);
    return gate;
  }

  /** Sinks that don't keep order get one event of a key at a time. */
  private ReadyQueue<Work> queue(RoutePlan route) {
    if (plan.delivery().order() == Order.NONE) {
      return new ArrivalOrder<>();
    }
    boolean kept =
        route.onSuccess().stream().allMatch(s -> s.sink().ordering() == Sink.Ordering.KEPT);
    return new KeyOrder<>(
        plan.delivery().order() == Order.LANE
            ? KeyOrder.Spread.ONE_KEY_A_BATCH
            : KeyOrder.Spread.MANY_KEYS_A_BATCH,
        kept ? Integer.MAX_VALUE : 1);
  }

  /** The functions, each once. */
  List<FunctionPlan> functions() {
    Map<FunctionInvoker, FunctionPlan> functions = new IdentityHashMap<>();
    plan.function().ifPresent(function -> functions.put(function.invoker(), function));
    for (Route route : all) {
      route.plan.function().ifPresent(function -> functions.put(function.invoker(), function));
    }
    for (String name : plan.routes().names()) { // also those that no event has named yet
      plan.routes()
          .route(name)
          .flatMap(RoutePlan::function)
          .ifPresent(function -> functions.put(function.invoker(), function));
    }
    return List.copyOf(functions.values());
  }

  /** Gives back every slot and every gate. */
  void releaseGates() {
    if (closer != null) {
      closer.end();
    }
    all.forEach(Route::abandon);
    ports.forEach(SinkPort::abandon);
    gates.forEach(loop.gates()::release);
    gates.clear();
  }
}
