package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueCapability;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.Routes;
import io.penstock.engine.fake.FakeFunction;
import io.penstock.engine.fake.FakeQueue;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.PlanBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The way of a record out of a queue: started, renewed, released, settled, by route. */
class QueueTest extends CoreBench {

  private final FakeQueue queue = new FakeQueue();
  private final Map<String, FakeFunction> routed = new HashMap<>();

  private PlanBuilder queuePlan() {
    return new PlanBuilder("tasks", queue).function(function).batch(1, Duration.ZERO);
  }

  private Optional<RoutePlan> route(String name) {
    if (name.startsWith("unknown")) {
      return Optional.empty();
    }
    FakeFunction called = routed.computeIfAbsent(name, n -> new FakeFunction());
    return Optional.of(PlanBuilder.route(name, called, new FailurePlan.Drop()));
  }

  private static FakeRecord task(String id) {
    return FakeRecord.of(id, 0, "");
  }

  @Test
  void isStartedBeforeItIsInvokedAndThenSettled() {
    queue.onStarted(() -> assertThat(function.calls()).isEmpty());
    ConnectorCore core = bench.add(queuePlan().onSuccess(sink).build());
    function.answers(call -> each(call, id -> done(id)));
    queue.add(task("t1"));
    bench.settle();
    assertThat(queue.calls()).containsExactly("started [t1]", "settled t1 DELIVERED");
    assertThat(sink.ids()).containsExactly("t1/0");
    assertThat(bench.failpoints).containsSubsequence("before-queue-settle", "after-queue-settle");
    assertClean(core);
  }

  @Test
  void everyWayToBeSettledIsTold() {
    function.answers(
        call ->
            each(call, id -> id.equals("rejected") ? new EventOutcome.Reject("NO", "no") : done()));
    ConnectorCore core =
        bench.add(
            queuePlan()
                .filter((event, format) -> !event.id().equals("filtered"))
                .onFailure(letters)
                .build());
    queue.add(task("rejected"), task("filtered"), task("u").unreadable("no event"), task("fine"));
    bench.settle();
    assertThat(queue.calls("settled"))
        .containsExactlyInAnyOrder(
            "settled filtered FILTERED",
            "settled rejected DEAD_LETTERED",
            "settled u DEAD_LETTERED",
            "settled fine DELIVERED");
    assertThat(queue.held()).isEmpty();
    assertClean(core);
  }

  @Test
  void aStartThatCanNotBeMadeDurableIsTriedAgainAndCostsNoAttempt() {
    for (int i = 0; i < 5; i++) {
      queue.onStarted(
          () -> {
            throw new IllegalStateException("the store can't be reached");
          });
    }
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"));
    pass(200);
    assertThat(function.calls()).hasSize(1);
    assertThat(function.call(0).invocation().attempt()).isEqualTo(1);
    assertThat(queue.calls("settled")).hasSize(1);
    assertClean(core);
  }

  @Test
  void aSettlementThatCanNotBeKeptIsToldAgain() {
    queue.onSettled(
        () -> {
          throw new IllegalStateException("the store can't be reached");
        });
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"));
    bench.settle();
    assertThat(queue.calls("settled")).isEmpty();
    pass(300);
    assertThat(queue.calls("settled")).containsExactly("settled t1 DELIVERED");
    assertClean(core);
  }

  @Test
  void leasesAreRenewedAsLongAsARecordIsUnderWay() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"));
    pass(90);
    assertThat(queue.calls("renew")).isEmpty();
    pass(520);
    assertThat(queue.calls("renew").size()).isGreaterThanOrEqualTo(4);
    assertThat(queue.calls("renew")).allMatch(c -> c.equals("renew [t1]"));
    function.answers(call -> ALL_DONE);
    function.calls().forEach(call -> call.answer().complete(ALL_DONE));
    pass(200);
    int renewed = queue.calls("renew").size();
    pass(500);
    assertThat(queue.calls("renew")).hasSize(renewed);
    assertClean(core);
  }

  @Test
  void aShortRetryIsHeldAndALongOneReleased() {
    Duration[] delay = {ms(200)};
    function.answers(call -> each(call, id -> retry(delay[0])));
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"));
    bench.settle();
    assertThat(queue.calls("release")).isEmpty();
    delay[0] = ms(2_000);
    pass(200);
    assertThat(function.calls()).hasSize(2);
    assertThat(queue.calls("release")).containsExactly("release t1 2000");
    assertThat(queue.calls("settled")).isEmpty();
    assertThat(bench.status(core).window().events()).isZero();
    pass(5_000);
    assertThat(function.calls()).hasSize(2);
    assertClean(core);
  }

  @Test
  void withoutDelayedReleaseALongRetryIsHeldAndRenewed() {
    FakeQueue simple =
        new FakeQueue(
            new QueueCapabilities(
                Set.of(QueueCapability.RENEW), Duration.ofMillis(300), Duration.ZERO, 0));
    int[] calls = {0};
    function.answers(call -> each(call, id -> calls[0]++ == 0 ? retry(ms(2_000)) : done()));
    ConnectorCore core = bench.add(new PlanBuilder("tasks", simple).function(function).build());
    simple.add(task("t1"));
    pass(1_900);
    assertThat(simple.calls("release")).isEmpty();
    assertThat(simple.calls("renew").size()).isGreaterThan(15);
    pass(200);
    assertThat(simple.calls("settled")).containsExactly("settled t1 DELIVERED");
    assertClean(core);
  }

  @Test
  void aQueueThatWouldDropTheRecordItselfIsNotGivenItBack() {
    FakeQueue strict =
        new FakeQueue(
            new QueueCapabilities(
                Set.of(QueueCapability.values()), Duration.ofMillis(300), Duration.ZERO, 4));
    function.answers(call -> each(call, id -> retry(ms(2_000))));
    bench.add(
        new PlanBuilder("tasks", strict).function(function).retry(RetryPolicy.FOREVER).build());
    strict.add(task("early").after(1), task("late").after(2));
    pass(100);
    assertThat(strict.calls("release")).containsExactly("release early 2000");
  }

  @Test
  void aQueueThatCountsDeliveriesIsNotGivenBackWhatWasOnlyThrottled() {
    FakeQueue strict =
        new FakeQueue(
            new QueueCapabilities(
                Set.of(QueueCapability.values()), Duration.ofMillis(300), Duration.ZERO, 16));
    int[] left = {3};
    function.answers(
        call -> left[0]-- > 0 ? new InvocationResult.Throttled(ms(5_000), "429") : ALL_DONE);
    ConnectorCore core =
        bench.add(
            new PlanBuilder("tasks", strict).function(function).batch(1, Duration.ZERO).build());
    strict.add(task("t1"));
    pass(60_000);
    assertThat(strict.calls("release")).isEmpty();
    assertThat(strict.calls("settled")).containsExactly("settled t1 DELIVERED");
    assertClean(core);
  }

  @Test
  void whatIsBoundToAnOrderIsNotGivenBack() {
    int[] calls = {0};
    function.answers(call -> each(call, id -> calls[0]++ == 0 ? retry(ms(2_000)) : done()));
    ConnectorCore core = bench.add(queuePlan().order(Order.KEY).build());
    queue.add(FakeRecord.of("t1", 0, "k"), FakeRecord.of("t2", 0, "k"));
    pass(5_000);
    assertThat(queue.calls("release")).isEmpty();
    assertThat(queue.calls("settled"))
        .containsExactly("settled t1 DELIVERED", "settled t2 DELIVERED");
    assertClean(core);
  }

  @Test
  void progressIsToldAndShown() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"));
    bench.settle();
    function.call(0).invocation().progress(0.5, "half way");
    bench.settle();
    assertThat(queue.calls("progress")).containsExactly("progress t1 0.5 half way");
    assertThat(bench.status(core).function().orElseThrow().progress()).contains("50% half way");
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    function.call(0).invocation().progress(0.9, "too late");
    bench.settle();
    assertThat(queue.calls("progress")).hasSize(1);
  }

  // ---- routes

  @Test
  void recordsTakeTheRouteTheyName() {
    ConnectorCore core = bench.add(queuePlan().routes(this::route).onFailure(letters).build());
    queue.add(task("a1").to("a"), task("b1").to("b"), task("own"), task("x").to("unknown-1"));
    bench.settle();
    assertThat(routed.get("a").ids()).containsExactly(List.of("a1"));
    assertThat(routed.get("b").ids()).containsExactly(List.of("b1"));
    assertThat(function.ids()).containsExactly(List.of("own"));
    assertThat(letters.ids()).containsExactly("x/dead");
    assertThat(queue.calls("settled")).hasSize(4);
    assertClean(core);
  }

  /** Routes that are made anew when they are named again, but for one. */
  private final Routes comingAndGoing =
      new Routes() {
        @Override
        public Optional<RoutePlan> route(String name) {
          return QueueTest.this.route(name);
        }

        @Override
        public boolean isEvictable(String name) {
          return !name.equals("kept");
        }
      };

  @Test
  void aRouteThatMayComeBackIsClosedWhileNothingComesForIt() {
    ConnectorCore core = bench.add(queuePlan().routes(comingAndGoing).build());
    queue.add(task("a1").to("a"), task("k1").to("kept"));
    bench.settle();
    FakeFunction first = routed.remove("a");
    pass(62_000);
    assertThat(first.closed()).isEqualTo(1);
    assertThat(routed.get("kept").closed()).isZero();
    assertThat(core.routes()).extracting(route -> route.plan.name()).doesNotContain("a");
    queue.add(task("a2").to("a"));
    bench.settle();
    FakeFunction second = routed.get("a");
    assertThat(second.ids()).containsExactly(List.of("a2"));
    second.waits();
    queue.add(task("a3").to("a"));
    bench.settle();
    pass(62_000);
    assertThat(second.closed()).as("a call of it has not returned").isZero();
    assertThat(queue.calls("settled")).hasSize(3);
  }

  @Test
  void ofTooManyIdleRoutesTheLongestIdleAreClosedAtOnce() {
    ConnectorCore core = bench.add(queuePlan().routes(comingAndGoing).build());
    for (int i = 0; i < 300; i++) {
      queue.add(task("t" + i).to("r" + i));
      bench.settle();
    }
    pass(3_000);
    assertThat(routed.values().stream().filter(function -> function.closed() > 0).count())
        .isEqualTo(300 - 256);
    assertThat(routed.get("r0").closed()).isEqualTo(1);
    assertThat(routed.get("r299").closed()).isZero();
    assertThat(core.routes()).hasSize(256 + 1);
    assertClean(core);
  }

  @Test
  void aSaturatedRouteIsNotHandedOverAndDoesNotBlockAnother() {
    ConnectorCore core = bench.add(queuePlan().routes(this::route).build());
    queue.add(task("warm-a").to("a"), task("warm-b").to("b"));
    bench.settle();
    routed.get("a").waits();
    for (int i = 0; i < 50; i++) {
      queue.add(task("a" + i).to("a"));
    }
    bench.settle();
    assertThat(queue.held())
        .as("one slot, one waits for it, and what one poll brought")
        .hasSizeLessThanOrEqualTo(4);
    for (int i = 0; i < 20; i++) {
      queue.add(task("b" + i).to("b"));
    }
    bench.settle();
    assertThat(routed.get("b").calls()).hasSize(21);
    assertThat(bench.status(core).state()).isEqualTo(State.RUNNING);
    routed.get("a").answers(call -> ALL_DONE);
    routed.get("a").calls().forEach(call -> call.answer().complete(ALL_DONE));
    pass(500);
    assertThat(queue.calls("settled")).hasSize(72);
    assertClean(core);
  }

  @Test
  void withoutRoutesNoMoreIsHandedOverThanTheFunctionHasCreditFor() {
    function.waits();
    bench.add(queuePlan().function(function, "tasks", ConcurrencyPolicy.aimd(2, 2, 2)).build());
    for (int i = 0; i < 50; i++) {
      queue.add(task("t" + i));
    }
    bench.settle();
    assertThat(queue.held()).as("two slots and one batch that waits").hasSize(3);
  }

  /**
   * The intake may come by several times before the core does: it must not take the same credit
   * twice.
   */
  @Test
  void theSameCreditIsNotUsedTwice() {
    function.waits();
    bench.add(queuePlan().function(function, "tasks", ConcurrencyPolicy.aimd(2, 2, 2)).build());
    for (int i = 0; i < 50; i++) {
      queue.add(task("t" + i));
    }
    for (int i = 0; i < 10; i++) {
      bench.stepIntakes();
    }
    assertThat(queue.held()).hasSize(3);
    bench.settle();
    assertThat(queue.held()).hasSize(3);
  }

  // ---- the end

  @Test
  void aStopGivesBackWhatIsNotSettled() {
    function.waits();
    ConnectorCore core =
        bench.add(queuePlan().function(function, "tasks", ConcurrencyPolicy.aimd(2, 2, 2)).build());
    for (int i = 0; i < 5; i++) {
      queue.add(task("t" + i));
    }
    bench.settle();
    CompletableFuture<Integer> stopped = bench.stop(core, ms(50));
    function.call(0).answer().complete(ALL_DONE);
    pass(50);
    assertThat(stopped).isCompletedWithValue(1);
    assertThat(queue.calls("settled")).containsExactly("settled t0 DELIVERED");
    assertThat(queue.held()).isEmpty();
    assertThat(queue.waiting()).containsExactlyInAnyOrder("t1", "t2", "t3", "t4");
    assertThat(queue.calls("release")).containsExactly("release t1 0", "release t2 0");
    assertClean(core);
  }

  @Test
  void whatWasAboutToStartWhenItEndedIsNotInvoked() {
    ConnectorCore core = bench.add(queuePlan().build());
    // The durable start takes its time: the end comes before the core hears of it.
    queue.onStarted(() -> core.post(now -> core.fatal("TEST", "on purpose")));
    queue.add(task("t1"));
    bench.settle();
    assertThat(bench.status(core).state()).isEqualTo(State.FAILED);
    assertThat(function.calls()).isEmpty();
    assertThat(queue.waiting()).containsExactly("t1");
    assertClean(core);
  }

  @Test
  void whatWasAboutToStartWhenItsLaneWasLostLeavesNothingBehind() {
    ConnectorCore core =
        bench.add(new PlanBuilder("tasks", queue).onSuccess(sink).batch(2, Duration.ZERO).build());
    queue.onStarted(queue::loseNow);
    queue.add(task("t1"), task("t2"));
    bench.settle();
    assertThat(sink.ids()).isEmpty();
    assertClean(core);
  }

  @Test
  void whatIsSettledAfterItWasGivenBackIsNotToldTwice() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"));
    bench.settle();
    bench.freezeIntakes();
    bench.stop(core, Duration.ZERO);
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    bench.thawIntakes();
    bench.settle();
    assertThat(queue.calls()).containsExactly("started [t1]", "release t1 0");
  }

  @Test
  void aRevocationGivesBackWhatIsNotSettled() {
    function.waits();
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"), task("t2"));
    bench.settle();
    function.call(0).answer().complete(ALL_DONE);
    queue.revokeSoon();
    bench.settle();
    assertThat(queue.calls("settled")).containsExactly("settled t1 DELIVERED");
    assertThat(queue.waiting()).containsExactly("t2");
    function.calls().forEach(call -> call.answer().complete(ALL_DONE));
    bench.settle();
    assertClean(core);
  }

  @Test
  void aThrottleForALongTimeCostsNoAttempt() {
    int[] left = {60};
    function.answers(
        call -> left[0]-- > 0 ? new InvocationResult.Throttled(Duration.ZERO, "429") : ALL_DONE);
    ConnectorCore core = bench.add(queuePlan().build());
    queue.add(task("t1"), task("t2"));
    pass(20_000);
    assertThat(queue.calls("settled")).hasSize(2);
    assertThat(function.calls()).allMatch(call -> call.invocation().attempt() == 1);
    assertClean(core);
  }
}
