package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.fake.FakeFunction;
import io.penstock.engine.fake.FakeLog;
import io.penstock.engine.fake.FakeSink;
import io.penstock.engine.fake.PlanBuilder;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.List;

/** A connector from a log to a function and sinks, stepped by hand. */
abstract class CoreBench {

  static final InvocationResult ALL_DONE = InvocationResult.AllDone.INSTANCE;
  static final InvocationResult FAILED = new InvocationResult.Failed("FUNCTION_ERROR", "failed");

  final HandBench bench = new HandBench();
  final FakeLog log = new FakeLog("a", "b");
  final FakeFunction function = new FakeFunction();
  final FakeSink sink = new FakeSink();
  final FakeSink letters = new FakeSink();

  /** A plan from the log to the function. */
  final PlanBuilder plan() {
    return new PlanBuilder("orders", log).function(function);
  }

  final void append(String lane, String... ids) {
    for (String id : ids) {
      log.append(lane, id, id.substring(0, 1));
    }
    bench.settle();
  }

  static Duration ms(long ms) {
    return Duration.ofMillis(ms);
  }

  final void pass(long ms) {
    bench.pass(ms(ms));
  }

  static InvocationResult each(
      FakeFunction.Call call, java.util.function.Function<String, EventOutcome> how) {
    return new InvocationResult.InOrder(call.ids().stream().map(how).toList());
  }

  static EventOutcome done(String... results) {
    return new EventOutcome.Done(
        List.of(results).stream().map(r -> Event.builder().text(r).build()).toList());
  }

  static EventOutcome retry(Duration after) {
    return new EventOutcome.Retry(after, "FUNCTION_ERROR", "failed");
  }

  /** Nothing is under way, and nothing is kept for what was. */
  final void assertClean(ConnectorCore core) {
    ConnectorStatus status = bench.status(core);
    assertThat(status.window().events()).as("events under way").isZero();
    assertThat(status.window().bytes()).as("bytes in use").isZero();
    for (Route route : core.routes()) {
      assertThat(route.ready.size()).as("entries of " + route.plan.name()).isZero();
      assertThat(route.gate.inFlight()).as("slots of " + route.functionName()).isZero();
      assertThat(route.gate.stuckCount()).as("stuck in " + route.functionName()).isZero();
    }
    core.table()
        .ports()
        .forEach(
            port -> {
              assertThat(port.gate().inFlight()).as("slots of " + port.plan().name()).isZero();
              assertThat(port.status().waiting()).as("waiting at " + port.plan().name()).isZero();
            });
  }
}
