package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.fake.FakeFunction;
import io.penstock.engine.fake.FakeQueue;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.PlanBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a queue is told of attempts, and what it can do about them. */
class QueueAttemptsTest extends CoreBench {

  private static final ConcurrencyPolicy ONE = ConcurrencyPolicy.fixed(1);
  private static final ConcurrencyPolicy THREE = ConcurrencyPolicy.fixed(3);

  private final FakeQueue queue = new FakeQueue();

  private PlanBuilder queuePlan(ConcurrencyPolicy concurrency) {
    return new PlanBuilder("tasks", queue)
        .function(function, "f", concurrency)
        .onFailure(new FailurePlan.Drop())
        .batch(1, Duration.ZERO);
  }

  private void add(String... ids) {
    for (String id : ids) {
      queue.add(FakeRecord.of(id, 0, ""));
    }
  }

  @Test
  void theEndOfEachAttemptIsTold() {
    int[] calls = {0};
    function.answers(
        call ->
            switch (calls[0]++) {
              case 0 -> FAILED;
              case 1 -> new InvocationResult.Throttled(ms(30), "busy");
              default -> each(call, id -> done(id));
            });
    ConnectorCore core = bench.add(queuePlan(ONE).onSuccess(sink).build());
    add("t1");
    pass(2_000);
    assertThat(queue.attempts()).hasSize(3);
    assertThat(queue.attempts().get(0)).startsWith("t1 Retried[").contains("FUNCTION_ERROR");
    assertThat(queue.attempts().get(1)).startsWith("t1 Throttled[");
    assertThat(queue.attempts().get(2)).startsWith("t1 Done[results=[");
    assertClean(core);
  }

  @Test
  void anEventThatIsGivenUpIsToldWithTheReason() {
    function.answers(call -> each(call, id -> new EventOutcome.Reject("NO", "no such customer")));
    ConnectorCore core = bench.add(queuePlan(ONE).build());
    add("t1");
    bench.settle();
    assertThat(queue.attempts()).containsExactly("t1 GivenUp[code=NO, text=no such customer]");
    assertThat(queue.calls("settled")).containsExactly("settled t1 DROPPED");
    assertClean(core);
  }

  @Test
  void whatBeginsInOneRoundIsMadeDurableAtOnce() {
    ConnectorCore core = bench.add(queuePlan(THREE).build());
    add("t1", "t2", "t3");
    bench.settle();
    assertThat(queue.calls("started")).containsExactly("started [t1, t2, t3]");
    assertThat(function.calls()).hasSize(3);
    assertClean(core);
  }

  @Test
  void whatWaitsIsDroppedWhenItIsNotWanted() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan(ONE).build());
    add("t1", "t2");
    bench.settle();
    assertThat(queue.held()).containsExactlyInAnyOrder("t1", "t2");
    queue.onPoll(() -> queue.cancelNow("t2"));
    pass(20);
    assertThat(queue.calls("settled")).containsExactly("settled t2 DROPPED");
    function.answers(call -> ALL_DONE);
    function.call(0).answer().complete(ALL_DONE);
    pass(20);
    assertThat(function.calls()).hasSize(1);
    assertClean(core);
  }

  @Test
  void whatRunsIsCancelledAndDroppedWhenItFails() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan(THREE).build());
    add("t1", "t2");
    bench.settle();
    queue.onPoll(() -> queue.cancelNow("t1"));
    pass(20);
    assertThat(function.call(0).invocation().isCancelled()).isTrue();
    assertThat(function.call(1).invocation().isCancelled()).isFalse();
    assertThat(queue.calls("settled")).isEmpty();
    function.call(0).answer().complete(FAILED);
    pass(20);
    assertThat(queue.calls("settled")).containsExactly("settled t1 DROPPED");
    function.call(1).answer().complete(ALL_DONE);
    pass(20);
    assertClean(core);
  }

  @Test
  void aCompletionWinsOverACancel() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan(ONE).build());
    add("t1");
    bench.settle();
    queue.onPoll(() -> queue.cancelNow("t1"));
    pass(20);
    function.call(0).answer().complete(ALL_DONE);
    pass(20);
    assertThat(queue.calls("settled")).containsExactly("settled t1 DELIVERED");
    assertClean(core);
  }

  @Test
  void whatIsNotWantedWhenItsStartIsKeptIsNotInvoked() {
    queue.onStarted(() -> queue.cancelNow("t1"));
    ConnectorCore core = bench.add(queuePlan(THREE).build());
    add("t1", "t2");
    bench.settle();
    assertThat(queue.calls("settled"))
        .containsExactlyInAnyOrder("settled t1 DROPPED", "settled t2 DELIVERED");
    assertThat(function.calls()).hasSize(1);
    assertClean(core);
  }

  @Test
  void theCreditOfANamedRouteIsKnown() {
    FakeFunction slow = new FakeFunction();
    slow.waits();
    ConnectorCore core =
        bench.add(
            queuePlan(ONE)
                .routes(name -> Optional.of(PlanBuilder.route(name, slow, new FailurePlan.Drop())))
                .build());
    queue.add(FakeRecord.of("t1", 0, "").to("slow"));
    bench.settle();
    pass(20);
    var demand = queue.demands().get(queue.demands().size() - 1);
    assertThat(demand.credits()).containsKey("slow");
    assertThat(demand.credit("slow")).isPositive();
    assertThat(demand.credit("never named")).isEqualTo(1);
    slow.answers(call -> ALL_DONE);
    slow.calls().forEach(call -> call.answer().complete(ALL_DONE));
    pass(100);
    assertThat(queue.calls("settled")).hasSize(1);
    assertThat(List.copyOf(demand.saturatedRoutes())).isEmpty();
    assertClean(core);
  }
}
