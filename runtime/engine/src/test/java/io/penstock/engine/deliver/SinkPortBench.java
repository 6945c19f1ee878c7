package io.penstock.engine.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.deliver.Delivery.Ordered;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.flow.AimdLimit;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.transform.Transform;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A port with a sink, a worker and a core that are stepped by hand. */
abstract class SinkPortBench {

  static final long MS = 1_000_000;
  static final SinkOutcome OK = SinkOutcome.Delivered.INSTANCE;
  static final SinkOutcome NOT_TRIED = SinkOutcome.NotTried.INSTANCE;
  static final SinkOutcome FAILED = new SinkOutcome.Retry(Duration.ZERO, "down");
  static final SinkOutcome THROTTLED = new SinkOutcome.Throttled(Duration.ZERO, "busy");
  static final SinkOutcome REJECTED = new SinkOutcome.Reject("too large");

  final HandCore core = new HandCore();
  final HandWorker worker = new HandWorker();
  final ScriptedSink sink = new ScriptedSink();
  final Owners owners = new Owners();
  Gate gate = gate(4);
  RetryPolicy retry =
      new RetryPolicy(
          OptionalInt.of(3), Duration.ofMillis(10), Duration.ofMillis(100), Optional.empty());
  Optional<EventFilter> filter = Optional.empty();
  Optional<Transform> transform = Optional.empty();

  static Gate gate(int limit) {
    return new Gate(
        "destination d",
        new AimdLimit(ConcurrencyPolicy.aimd(1, limit, limit)),
        Gate.Rates.IGNORED,
        () -> 0.5);
  }

  SinkPort<String> port() {
    SinkPlan plan =
        new SinkPlan(
            "onSuccess[0] test", sink, "d", ConcurrencyPolicy.DEFAULT, filter, transform, retry);
    return new SinkPort<>(
        plan, gate, worker, core, new SinkContext("orders", 1_000, Failpoints.NONE));
  }

  SinkPort<String> openPort() {
    SinkPort<String> port = port();
    turn();
    assertThat(port.isOpen()).isTrue();
    return port;
  }

  /** Lets the worker and then the core do what they can. */
  void turn() {
    worker.run();
    core.step();
    worker.run();
  }

  static Parcel<String> parcel(String id) {
    return new Parcel<>(
        id.substring(0, 1), new SinkRecord(Event.builder().id(id).text(id).build(), null, 1));
  }

  void submit(SinkPort<String> port, Ordered ordered, String... ids) {
    List<Parcel<String>> parcels = new ArrayList<>();
    for (String id : ids) {
      parcels.add(parcel(id));
    }
    port.submit(new Delivery<>(parcels, owners, ordered, core.nowNs), core.nowNs);
    turn();
  }

  void answer(SinkOutcome... outcomes) {
    sink.last().answer(outcomes);
    turn();
  }

  void pass(long ns) {
    core.pass(ns);
    turn();
  }

  List<String> lastIds() {
    return sink.last().ids();
  }
}
