package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.fake.FakeLog;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.PlanBuilder;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How events get to the function and what its answers come to. */
class RouteTest extends CoreBench {

  // ---- timeouts

  @Test
  void withoutOrderAnEventIsTriedAgainWhileItsSlotIsStuck() {
    function.waits();
    ConnectorCore core = bench.add(plan().build());
    append("a", "e");
    assertThat(function.calls()).hasSize(1);
    pass(99);
    assertThat(bench.status(core).counts().timeouts()).isZero();
    pass(1);
    ConnectorStatus status = bench.status(core);
    assertThat(status.counts().timeouts()).isEqualTo(1);
    assertThat(status.function().orElseThrow().stuck()).isEqualTo(1);
    assertThat(status.function().orElseThrow().inFlight()).isEqualTo(1);
    assertThat(function.call(0).invocation().isCancelled()).isTrue();
    assertThat(status.health()).isEmpty();

    pass(10);
    assertThat(function.calls()).hasSize(2);
    assertThat(function.call(1).invocation().attempt()).isEqualTo(2);
    function.call(1).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(bench.status(core).counts().delivered()).isEqualTo(1);
    assertThat(bench.status(core).function().orElseThrow().stuck()).isEqualTo(1);

    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(bench.status(core).counts().late()).isEqualTo(1);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void aFunctionWhoseSlotsAreAllStuckIsUnhealthyAndIsNotCalled() {
    function.waits();
    ConnectorCore core = bench.add(plan().order(Order.KEY).batch(1, Duration.ZERO).build());
    append("a", "e1", "f1");
    pass(100);
    append("a", "g1");
    pass(1_000);
    assertThat(function.calls()).hasSize(2);
    assertThat(bench.status(core).health())
        .containsExactly(
            "function 'orders' is stuck: all 2 invocations are past their timeout and have not"
                + " returned");
    function.answers(call -> ALL_DONE);
    function.call(0).answer().complete(ALL_DONE);
    function.call(1).answer().complete(ALL_DONE);
    pass(500);
    assertThat(bench.status(core).health()).isEmpty();
    assertThat(function.calls().size()).isGreaterThan(2);
  }

  @Test
  void anOrderedKeyIsNotRetriedBeforeItsHandlerHasReturned() {
    function.waits();
    ConnectorCore core =
        bench.add(
            plan()
                .function(function, "orders", ConcurrencyPolicy.aimd(4, 4, 4))
                .order(Order.KEY)
                .batch(1, Duration.ZERO)
                .build());
    append("a", "e1", "e2");
    append("b", "e3");
    pass(5_000);
    assertThat(function.ids())
        .as("keys are of their lane")
        .containsExactly(List.of("e1"), List.of("e3"));
    assertThat(bench.status(core).counts().timeouts()).isEqualTo(2);

    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(bench.status(core).counts().delivered())
        .as("too late: that counts as failed")
        .isZero();
    pass(10);
    assertThat(function.call(2).ids()).containsExactly("e1");
    assertThat(function.call(2).invocation().attempt()).isEqualTo(2);
    function.answers(call -> ALL_DONE);
    function.call(1).answer().complete(ALL_DONE);
    function.call(2).answer().complete(ALL_DONE);
    pass(200);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(3);
    assertThat(log.committed("a")).isEqualTo(2);
    assertClean(core);
  }

  /** An invocation that takes long must not keep those after it in memory. */
  @Test
  void whatHasEndedIsForgottenThoughOneRunsLong() {
    function.waits();
    ConnectorCore core = bench.add(plan().batch(1, Duration.ZERO).build());
    append("a", "slow");
    function.answers(call -> ALL_DONE);
    for (int i = 0; i < 50; i++) {
      append("a", "e" + i);
    }
    assertThat(bench.status(core).counts().delivered()).isEqualTo(50);
    assertThat(core.ownRoute().running()).as("the slow one").isEqualTo(1);
  }

  // ---- throttles

  @Test
  void aThrottleForALongTimeCostsNoAttempt() {
    AtomicInteger left = new AtomicInteger(200);
    function.answers(
        call ->
            left.getAndDecrement() > 0
                ? new InvocationResult.Throttled(Duration.ZERO, "429")
                : ALL_DONE);
    ConnectorCore core = bench.add(plan().order(Order.KEY).build());
    append("a", "e1", "e2", "f1");
    pass(20_000);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(3);
    assertThat(bench.status(core).counts().failures()).isZero();
    assertThat(bench.status(core).counts().throttles()).isGreaterThanOrEqualTo(200);
    assertThat(function.calls()).allMatch(call -> call.invocation().attempt() == 1);
    assertClean(core);
  }

  @Test
  void whatTheFunctionAsksForKeepsTheGateShut() {
    function.answers(call -> new InvocationResult.Throttled(ms(500), "429, Retry-After"));
    ConnectorCore core = bench.add(plan().build());
    append("a", "e1");
    function.answers(call -> ALL_DONE);
    append("a", "e2");
    pass(499);
    assertThat(function.calls()).hasSize(1);
    pass(1);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(2);
  }

  /** A batch that is full already must go when the gate opens, not when its wait is over. */
  @Test
  void aFullBatchGoesWhenTheGateOpens() {
    function.answers(call -> new InvocationResult.Throttled(ms(53), "429, Retry-After"));
    bench.add(plan().batch(2, Duration.ofSeconds(10)).build());
    append("a", "e1", "e2");
    assertThat(function.calls()).hasSize(1);
    function.answers(call -> ALL_DONE);
    append("a", "f1", "f2");
    long before = bench.nowNs;
    while (function.calls().size() == 1) {
      long idleNs = bench.loop.doWork();
      assertThat(idleNs).isLessThan(ms(60).toNanos());
      bench.nowNs += idleNs;
      bench.round();
    }
    assertThat(bench.nowNs - before).isEqualTo(ms(53).toNanos());
  }

  @Test
  void oneThrottledEventCostsTheOthersNothing() {
    function.answers(call -> new InvocationResult.Throttled(ms(5), "429"));
    ConnectorCore core = bench.add(plan().order(Order.KEY).onSuccess(sink).build());
    append("a", "seed");
    for (String id : List.of("e1", "f1", "f2", "g1")) {
      log.append("a", id, id.substring(0, 1));
    }
    AtomicInteger number = new AtomicInteger();
    function.answers(
        call ->
            each(
                call,
                id ->
                    id.equals("f1") && number.getAndIncrement() == 0
                        ? new EventOutcome.Throttled(Duration.ZERO, "busy")
                        : done(id)));
    pass(500);
    assertThat(bench.status(core).counts().failures()).isZero();
    assertThat(bench.status(core).counts().delivered()).isEqualTo(5);
    assertThat(sink.ids()).containsSubsequence("f1/0", "f2/0");
    assertThat(sink.ids().indexOf("g1/0")).as("another key waits for nothing").isLessThan(3);
    assertClean(core);
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void anEndlessDelayIsNoDefect(Order order) {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    AtomicInteger number = new AtomicInteger();
    function.answers(
        call ->
            switch (number.getAndIncrement()) {
              case 0 -> each(call, id -> retry(endless));
              case 1 -> each(call, id -> new EventOutcome.Throttled(endless, "busy"));
              default -> new InvocationResult.Throttled(endless, "busy");
            });
    ConnectorCore core = bench.add(plan().order(order).batch(1, Duration.ZERO).build());
    append("a", "e1");
    append("a", "f1");
    append("a", "g1");
    assertThat(bench.status(core).state()).isEqualTo(State.RUNNING);
    assertThat(bench.status(core).counts().failures()).isEqualTo(1);
  }

  // ---- attempts, bisecting, age

  @ParameterizedTest
  @EnumSource(Order.class)
  void bisectingCostsNoAttempt(Order order) {
    List<Integer> poisonAttempts = new ArrayList<>();
    function.answers(
        call -> {
          if (!call.ids().contains("p")) {
            return ALL_DONE;
          }
          if (call.ids().size() == 1) {
            poisonAttempts.add(call.invocation().attempt());
          }
          assertThat(call.ids().size() == 1 || call.invocation().attempt() == 1).isTrue();
          return FAILED;
        });
    ConnectorCore core = bench.add(plan().order(order).onFailure(letters).build());
    append("a", "seed");
    log.append("a", "e", "e");
    log.append("a", "f", "f");
    log.append("a", "p", "p");
    log.append("a", "g", "g");
    log.append("a", "h", "h");
    log.append("a", "i", "i");
    log.append("a", "j", "j");
    pass(1_000);
    assertThat(poisonAttempts).containsExactly(1, 2, 3);
    assertThat(letters.ids()).containsExactly("p/dead");
    assertThat(bench.status(core).counts().delivered()).isEqualTo(7);
    assertThat(bench.status(core).counts().failures()).isEqualTo(3);
    assertThat(log.committed("a")).isEqualTo(8);
    assertClean(core);
  }

  @Test
  void withoutBisectingAFailedBatchCostsEachEventAnAttempt() {
    function.answers(call -> FAILED);
    ConnectorCore core = bench.add(plan().noBisect().onFailure(new FailurePlan.Drop()).build());
    log.append("a", "e", "");
    log.append("a", "f", "");
    pass(500);
    assertThat(bench.status(core).counts().dropped()).isEqualTo(2);
    assertThat(bench.status(core).counts().failures()).isEqualTo(6);
    assertClean(core);
  }

  @Test
  void attemptsThatTheSourceKnowsOfCount() {
    function.answers(call -> FAILED);
    bench.add(plan().onFailure(letters).build());
    log.append("a", FakeRecord.of("e", 0, "").after(2));
    bench.settle();
    assertThat(function.calls()).hasSize(1);
    assertThat(function.call(0).invocation().attempt()).isEqualTo(3);
    assertThat(letters.ids()).containsExactly("e/dead");
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void whatIsOlderThanItsMaximumAgeIsGivenUp(Order order) {
    function.answers(call -> new InvocationResult.Throttled(ms(5), "429"));
    ConnectorCore core =
        bench.add(
            plan()
                .order(order)
                .onFailure(letters)
                .retry(new RetryPolicy(OptionalInt.empty(), ms(10), ms(10), Optional.of(ms(300))))
                .build());
    append("a", "e1", "e2", "f1");
    pass(290);
    assertThat(letters.ids()).isEmpty();
    pass(200);
    assertThat(letters.ids()).containsExactlyInAnyOrder("e1/dead", "e2/dead", "f1/dead");
    assertThat(letters.stored().get(0).event().extension("penstockcause")).contains("EXPIRED");
    assertThat(bench.status(core).counts().expired()).isEqualTo(3);
    assertThat(bench.status(core).counts().failures()).isZero();
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  // ---- outcomes

  @Test
  void outcomesAreReadByIdInAnyOrder() {
    function.answers(
        call ->
            new InvocationResult.ById(
                Map.of("f1", done("for f"), "e1", done("for e", "for e too"))));
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    log.append("a", "e1", "");
    log.append("a", "f1", "");
    bench.settle();
    assertThat(sink.ids()).containsExactly("e1/0", "e1/1", "f1/0");
    assertClean(core);
  }

  @Test
  void aMissingOrUnknownIdFailsTheBatch() {
    function.answers(
        call -> new InvocationResult.ById(Map.of("e1", done("x"), "nobody", done("y"))));
    ConnectorCore core = bench.add(plan().onSuccess(sink).onFailure(letters).build());
    append("a", "e1");
    pass(200);
    assertThat(sink.ids()).isEmpty();
    assertThat(letters.ids()).containsExactly("e1/dead");
    assertThat(letters.stored().get(0).event().extension("penstockcause")).contains("BAD_OUTCOME");
    assertThat(letters.stored().get(0).event().text()).contains("unknown are 1 ids[nobody]");
    assertClean(core);
  }

  @Test
  void anEventThatTheFunctionReturnsIsAResultLikeAnyOther() {
    function.answers(
        call ->
            new InvocationResult.InOrder(
                List.of(new EventOutcome.Done(call.invocation().events()))));
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    append("a", "e1");
    assertThat(sink.ids()).containsExactly("e1/0");
    assertClean(core);
  }

  @Test
  void aPlainStreamKeepsTheIdsOfItsEvents() {
    ConnectorCore core = bench.add(new PlanBuilder("orders", log).onSuccess(sink).build());
    append("a", "e1", "e2");
    assertThat(sink.ids()).containsExactly("e1", "e2");
    assertThat(bench.status(core).function()).isEmpty();
    assertClean(core);
  }

  // ---- invokers that don't keep their word

  private void failsOnceThenWorks(Runnable fail) {
    AtomicInteger number = new AtomicInteger();
    function.does(
        call -> {
          if (number.getAndIncrement() == 0) {
            fail.run();
            return null;
          }
          call.answer().complete(ALL_DONE);
          return call.answer();
        });
    ConnectorCore core = bench.add(plan().build());
    append("a", "e1");
    pass(100);
    ConnectorStatus status = bench.status(core);
    assertThat(status.state()).isEqualTo(State.RUNNING);
    assertThat(status.counts().delivered()).isEqualTo(1);
    assertThat(status.counts().failures()).isEqualTo(1);
    assertThat(status.lastError().orElseThrow().code()).isEqualTo("INVOKER_ERROR");
    assertClean(core);
  }

  @Test
  void anInvokerThatThrowsHasFailed() {
    failsOnceThenWorks(
        () -> {
          throw new IllegalStateException("no threads left");
        });
  }

  @Test
  void anInvokerThatThrowsAnErrorHasFailed() {
    failsOnceThenWorks(
        () -> {
          throw new NoClassDefFoundError("com/acme/Missing");
        });
  }

  @Test
  void anInvokerThatAnswersWithNullHasFailed() {
    failsOnceThenWorks(() -> {});
  }

  @Test
  void anOutcomeThatIsNullFailsTheBatch() {
    AtomicInteger number = new AtomicInteger();
    function.answers(
        call -> {
          List<EventOutcome> outcomes = new ArrayList<>();
          outcomes.add(null);
          return number.getAndIncrement() == 0 ? new InvocationResult.InOrder(outcomes) : ALL_DONE;
        });
    ConnectorCore core = bench.add(plan().build());
    append("a", "e1");
    pass(100);
    assertThat(bench.status(core).state()).isEqualTo(State.RUNNING);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void twoConnectorsWithTheSameFunctionShareItsLimit() {
    function.waits();
    ConcurrencyPolicy one = ConcurrencyPolicy.aimd(1, 1, 1);
    bench.add(plan().function(function, "shared", one).build());
    FakeLog otherLog = new FakeLog("x");
    bench.add(new PlanBuilder("other", otherLog).function(function, "shared", one).build());
    append("a", "e1");
    otherLog.append("x", "x1", "");
    bench.settle();
    assertThat(function.calls()).hasSize(1);
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(function.ids()).containsExactly(List.of("e1"), List.of("x1"));
  }

  @Test
  void resultsAreReadOnce() {
    Event result = Event.builder().text("r").build();
    function.answers(call -> each(call, id -> new EventOutcome.Done(List.of(result, result))));
    ConnectorCore core = bench.add(plan().onSuccess(sink).onSuccess(letters).build());
    append("a", "e1");
    assertThat(sink.ids()).containsExactly("e1/0", "e1/1");
    assertThat(letters.ids()).containsExactly("e1/0", "e1/1");
    assertThat(function.calls()).hasSize(1);
    assertClean(core);
  }
}
