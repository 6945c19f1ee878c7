package io.penstock.engine.fake;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Sink;
import io.penstock.connector.Source;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.Routes;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.WindowPolicy;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.transform.Transform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes plans of connectors, with short times. */
public final class PlanBuilder {

  /** Three attempts, 10 ms and more apart. */
  public static final RetryPolicy THREE =
      new RetryPolicy(
          OptionalInt.of(3), Duration.ofMillis(10), Duration.ofMillis(40), Optional.empty());

  private final String name;
  private final Source source;
  private final List<SinkPlan> success = new ArrayList<>();
  private final List<SinkPlan> stopped = new ArrayList<>();
  private @Nullable FunctionPlan function;
  private Order order = Order.NONE;
  private BatchPolicy batch = new BatchPolicy(10, 1 << 20, Duration.ZERO);
  private RetryPolicy retry = THREE;
  private DeliveryPolicy.Bisect bisect = DeliveryPolicy.Bisect.ON;
  private WindowPolicy window =
      new WindowPolicy(
          1_000,
          1 << 20,
          WindowPolicy.WhenFull.WAIT,
          Duration.ofMillis(20),
          Duration.ofMillis(100));
  private FailurePlan failure = new FailurePlan.Halt();
  private Optional<EventFilter> filter = Optional.empty();
  private Optional<Transform> transform = Optional.empty();
  private DeliveryPolicy.UnreadableData unreadable = DeliveryPolicy.UnreadableData.REJECT;
  private Routes routes = Routes.NONE;

  /** A plan that still needs a function or a sink. */
  public PlanBuilder(String name, Source source) {
    this.name = name;
    this.source = source;
  }

  /** Calls a function with a timeout of 100 ms, two at a time. */
  public PlanBuilder function(FunctionInvoker invoker) {
    return function(invoker, name, ConcurrencyPolicy.aimd(1, 2, 2));
  }

  /** Calls a function. */
  public PlanBuilder function(FunctionInvoker invoker, String called, ConcurrencyPolicy limits) {
    function = plan(invoker, called, limits);
    return this;
  }

  /** A function's plan with a timeout of 100 ms. */
  public static FunctionPlan plan(
      FunctionInvoker invoker, String called, ConcurrencyPolicy limits) {
    return new FunctionPlan(called, "default", invoker, Duration.ofMillis(100), limits);
  }

  /** Another success sink. */
  public PlanBuilder onSuccess(Sink sink) {
    success.add(sink("onSuccess[" + success.size() + "]", sink, THREE));
    return this;
  }

  /** Another success sink. */
  public PlanBuilder onSuccess(SinkPlan sink) {
    success.add(sink);
    return this;
  }

  /** Dead letters go here. */
  public PlanBuilder onFailure(Sink... sinks) {
    failure = letters(sinks);
    return this;
  }

  /** What becomes of events that can't be handled. */
  public PlanBuilder onFailure(FailurePlan plan) {
    failure = plan;
    return this;
  }

  /** Dead letters to these sinks. */
  public static FailurePlan letters(Sink... sinks) {
    List<SinkPlan> plans = new ArrayList<>();
    for (Sink sink : sinks) {
      plans.add(sink("onFailure[" + plans.size() + "]", sink, THREE));
    }
    return new FailurePlan.DeadLetter(plans);
  }

  /** A sink's plan. */
  public static SinkPlan sink(String called, Sink sink, RetryPolicy retry) {
    return new SinkPlan(
        called,
        sink,
        called + " " + System.identityHashCode(sink),
        ConcurrencyPolicy.aimd(1, 4, 4),
        Optional.empty(),
        Optional.empty(),
        retry);
  }

  /** Keeps order. */
  public PlanBuilder order(Order kept) {
    order = kept;
    return this;
  }

  /** Closes batches like this. */
  public PlanBuilder batch(int maxEvents, Duration maxWait) {
    batch = new BatchPolicy(maxEvents, 1 << 20, maxWait);
    return this;
  }

  /** Tries again like this. */
  public PlanBuilder retry(RetryPolicy policy) {
    retry = policy;
    return this;
  }

  /** Doesn't split failed batches. */
  public PlanBuilder noBisect() {
    bisect = DeliveryPolicy.Bisect.OFF;
    return this;
  }

  /** Bounds what is under way. */
  public PlanBuilder window(int maxEvents, long maxBytes, WindowPolicy.WhenFull whenFull) {
    window =
        new WindowPolicy(
            maxEvents, maxBytes, whenFull, window.commitInterval(), window.revokeWait());
    return this;
  }

  /** Waits so long for what is in flight when lanes are given up. */
  public PlanBuilder revokeWait(Duration wait) {
    window =
        new WindowPolicy(
            window.maxEvents(),
            window.maxBytes(),
            window.whenFull(),
            window.commitInterval(),
            wait);
    return this;
  }

  /** Settles what does not pass as filtered. */
  public PlanBuilder filter(EventFilter what) {
    filter = Optional.of(what);
    return this;
  }

  /** Makes events into others. */
  public PlanBuilder transform(Transform what) {
    transform = Optional.of(what);
    return this;
  }

  /** Does this with payloads that the filter can't read. */
  public PlanBuilder unreadable(DeliveryPolicy.UnreadableData policy) {
    unreadable = policy;
    return this;
  }

  /** What the source has stopped goes here. */
  public PlanBuilder onStop(Sink sink) {
    stopped.add(sink("onStop[" + stopped.size() + "]", sink, THREE));
    return this;
  }

  /** Knows these routes. */
  public PlanBuilder routes(Routes known) {
    routes = known;
    return this;
  }

  /** A route that calls a function and goes on as the connector does. */
  public static RoutePlan route(String called, FunctionInvoker invoker, FailurePlan failure) {
    return new RoutePlan(
        called,
        Optional.of(plan(invoker, called, ConcurrencyPolicy.aimd(1, 1, 1))),
        THREE,
        List.of(),
        failure);
  }

  /** The plan. */
  public ConnectorPlan build() {
    return new ConnectorPlan(
        name,
        source,
        new JsonCodec(),
        filter,
        transform,
        Optional.ofNullable(function),
        new DeliveryPolicy(order, batch, retry, bisect, window, unreadable),
        success,
        failure,
        stopped,
        routes);
  }
}
