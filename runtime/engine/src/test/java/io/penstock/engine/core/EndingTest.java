package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkOutcome;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.Order;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.fake.FakeFunction;
import io.penstock.engine.fake.FakeLog;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.FakeSink;
import io.penstock.engine.fake.PlanBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Stopping and failing: always bounded, and no matter of other connectors. */
class EndingTest extends CoreBench {

  private static final Duration LONG = Duration.ofSeconds(30);

  // ---- a stop as it should be

  @Test
  void aStopFinishesWhatIsUnderWayAndStartsNothing() {
    function.waits();
    ConnectorCore core =
        bench.add(plan().order(Order.KEY).batch(1, Duration.ZERO).onSuccess(sink).build());
    append("a", "e1", "e2", "f1");
    CompletableFuture<Integer> stopped = bench.stop(core, LONG);
    append("a", "g1");
    pass(50);
    assertThat(bench.status(core).state()).isEqualTo(State.STOPPING);
    assertThat(stopped).isNotDone();
    function.answers(call -> ALL_DONE);
    for (FakeFunction.Call call : function.calls()) {
      call.answer().complete(each(call, id -> done(id)));
    }
    bench.settle();
    assertThat(stopped).isCompletedWithValue(0);
    assertThat(sink.ids()).containsExactly("e1/0", "f1/0");
    assertThat(function.calls()).hasSize(2);
    assertThat(log.commit("a").position()).isEqualTo(1);
    assertThat(log.commit("a").settledBeyond()).hasToString("[2,3)");
    assertThat(bench.status(core).state()).isEqualTo(State.STOPPED);
    assertThat(log.closed()).isEqualTo(1);
    assertThat(sink.closed()).isEqualTo(1);
    assertThat(function.closed()).isEqualTo(1);
    assertThat(bench.openWorkers()).isEmpty();
    assertThat(bench.loop.gates().size()).isZero();
    assertClean(core);
  }

  @Test
  void aStopWaitsNoLongerThanItsDrain() {
    function.waits();
    ConnectorCore core = bench.add(plan().order(Order.KEY).batch(2, Duration.ZERO).build());
    append("a", "e1", "f1", "g1");
    CompletableFuture<Integer> stopped = bench.stop(core, ms(500));
    pass(499);
    assertThat(stopped).isNotDone();
    pass(1);
    assertThat(stopped).isCompletedWithValue(3);
    assertThat(function.calls()).allMatch(call -> call.invocation().isCancelled());
    assertThat(log.committed("a")).isZero();
    assertThat(bench.loop.gates().size()).isZero();
    assertClean(core);
  }

  @Test
  void anEndlessDrainIsNoDefect() {
    function.waits();
    ConnectorCore core = bench.add(plan().order(Order.KEY).build());
    append("a", "e1");
    CompletableFuture<Integer> stopped = bench.stop(core, Duration.ofSeconds(Long.MAX_VALUE));
    pass(1_000);
    assertThat(stopped).isNotDone();
    assertThat(bench.status(core).state()).isEqualTo(State.STOPPING);
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(stopped).isCompletedWithValue(0);
  }

  @Test
  void aDeadLetterUnderWayIsFinishedToo() {
    letters.silent(true);
    ConnectorCore core = bench.add(plan().onFailure(letters).build());
    log.append("a", FakeRecord.of("u", 0, "").unreadable("not a CloudEvent"));
    bench.settle();
    CompletableFuture<Integer> stopped = bench.stop(core, ms(500));
    pass(100);
    assertThat(stopped).isNotDone();
    pass(400);
    assertThat(stopped).isCompletedWithValue(1);
  }

  @Test
  void aSecondStopHasTheSameEnd() {
    ConnectorCore core = bench.add(plan().build());
    CompletableFuture<Integer> first = bench.stop(core, LONG);
    CompletableFuture<Integer> second = bench.stop(core, LONG);
    assertThat(first).isCompletedWithValue(0);
    assertThat(second).isCompletedWithValue(0);
    assertThat(log.closed()).isEqualTo(1);
  }

  @Test
  void aPauseWhileItStopsChangesNothing() {
    function.waits();
    ConnectorCore core = bench.add(plan().build());
    append("a", "e1");
    CompletableFuture<Integer> stopped = bench.stop(core, LONG);
    core.post(now -> core.pause(null));
    append("a", "e2");
    assertThat(function.calls()).hasSize(1);
    core.post(now -> core.pause(new Pause("me", Instant.EPOCH)));
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(stopped).isCompletedWithValue(0);
  }

  @Test
  void aStopWhileTheSourceCanNotBeOpened() {
    for (int i = 0; i < 10; i++) {
      log.onOpen(
          () -> {
            throw ConnectorException.retry("can't be reached", null);
          });
    }
    ConnectorCore core = bench.add(plan().build());
    pass(300);
    assertThat(bench.status(core).state()).isEqualTo(State.STARTING);
    assertThat(bench.status(core).health()).containsExactly("can't be reached");
    assertThat(bench.stop(core, LONG)).isCompletedWithValue(0);
    assertThat(log.closed()).isEqualTo(1);
  }

  @Test
  void aStopWhileASinkCanNotBeOpened() {
    sink.onOpen(
        () -> {
          throw ConnectorException.retry("can't be reached", null);
        });
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    function.answers(call -> each(call, id -> done(id)));
    append("a", "e1");
    assertThat(bench.status(core).health()).hasSize(1);
    CompletableFuture<Integer> stopped = bench.stop(core, ms(100));
    pass(100);
    assertThat(stopped).isCompletedWithValue(1);
    assertThat(sink.closed()).isEqualTo(1);
    assertThat(log.committed("a")).isZero();
    assertClean(core);
  }

  @Test
  void aStopWhileASinkRetries() {
    sink.decide(r -> new SinkOutcome.Retry(ms(50), "down"));
    function.answers(call -> each(call, id -> done(id)));
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    append("a", "e1");
    CompletableFuture<Integer> stopped = bench.stop(core, ms(20));
    pass(20);
    assertThat(stopped).isCompletedWithValue(1);
    int calls = sink.calls();
    pass(1_000);
    assertThat(sink.calls()).isEqualTo(calls);
    assertClean(core);
  }

  @Test
  void aStopDoesNotWaitForARevocation() {
    function.waits();
    ConnectorCore core =
        bench.add(plan().order(Order.KEY).revokeWait(Duration.ofSeconds(60)).build());
    append("a", "e1");
    CompletableFuture<Integer> stopped = new CompletableFuture<>();
    bench.later(
        ms(20), () -> core.post(now -> core.stop(ms(30), now).thenAccept(stopped::complete)));
    log.revokeSoon("a");
    long before = bench.nowNs;
    bench.settle();
    assertThat(stopped).isCompleted();
    assertThat(bench.nowNs - before).isLessThan(ms(1_000).toNanos());
    assertThat(log.committed("a")).isZero();
  }

  @Test
  void aSeekAfterTheEndSaysWhyNot() {
    ConnectorCore core = bench.add(plan().build());
    bench.stop(core, LONG);
    CompletableFuture<Long> answer = new CompletableFuture<>();
    core.post(now -> core.seek("a", new SeekTarget.Earliest(), answer));
    bench.settle();
    assertThat(answer)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("orders is stopped");
  }

  // ---- parts that hang or fail while they close

  private void endsInBoundedTime(ConnectorCore core, CompletableFuture<Integer> stopped) {
    pass(30_000);
    assertThat(stopped).isCompleted();
    assertThat(bench.status(core).state()).isIn(State.STOPPED, State.FAILED);
    assertThat(bench.loop.gates().size()).isZero();
  }

  @Test
  void aFunctionThatThrowsAnErrorWhileItClosesHoldsUpNothing() {
    function.onClose(
        () -> {
          throw new NoClassDefFoundError("com/acme/Missing");
        });
    ConnectorCore core = bench.add(plan().build());
    assertThat(bench.stop(core, LONG)).isCompletedWithValue(0);
    assertThat(bench.status(core).state()).isEqualTo(State.STOPPED);
  }

  @Test
  void aSinkThatHangsWhileItClosesHoldsUpTheEndForABoundedTime() {
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    bench.freeze("orders-sink-0");
    CompletableFuture<Integer> stopped = bench.stop(core, LONG);
    pass(100);
    assertThat(stopped).isNotDone();
    endsInBoundedTime(core, stopped);
  }

  @Test
  void aCancelActionThatHangsHoldsUpTheEndForABoundedTime() {
    function.waits();
    ConnectorCore core = bench.add(plan().build());
    append("a", "e1");
    bench.freeze("orders-helper");
    pass(100);
    endsInBoundedTime(core, bench.stop(core, ms(10)));
  }

  @Test
  void aSourceThatHangsWhileItClosesHoldsUpTheEndForABoundedTime() {
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    bench.freezeIntakes();
    endsInBoundedTime(core, bench.stop(core, ms(10)));
    assertThat(sink.closed()).isEqualTo(1);
    assertThat(function.closed()).isEqualTo(1);
  }

  @Test
  void aTimeoutThatPassesWhileTheRestClosesMakesNoNoise() {
    function.waits();
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    append("a", "e1");
    bench.freeze("orders-sink-0");
    CompletableFuture<Integer> stopped = bench.stop(core, ms(10));
    pass(2_000);
    assertThat(bench.status(core).counts().timeouts()).isZero();
    endsInBoundedTime(core, stopped);
  }

  // ---- failures

  @Test
  void aFatalSourceStopsTheConnectorAndSaysWhy() {
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    log.onPoll(
        () -> {
          throw ConnectorException.fatal("topic 'orders' was deleted", null);
        });
    bench.settle();
    assertThat(bench.status(core).state()).isEqualTo(State.FAILED);
    assertThat(bench.status(core).health()).contains("SOURCE_FAILED: topic 'orders' was deleted");
    assertThat(log.closed()).isEqualTo(1);
    assertThat(sink.closed()).isEqualTo(1);
    assertThat(bench.stop(core, LONG)).isCompletedWithValue(0);
    assertThat(bench.status(core).state()).isEqualTo(State.FAILED);
  }

  @Test
  void aFailureWhileItDrainsEndsTheDrain() {
    function.waits();
    ConnectorCore core = bench.add(plan().build());
    append("a", "e1");
    CompletableFuture<Integer> stopped = bench.stop(core, LONG);
    log.onPoll(
        () -> {
          throw ConnectorException.fatal("not authorized", null);
        });
    bench.settle();
    assertThat(stopped).isCompletedWithValue(1);
    assertThat(bench.status(core).state()).isEqualTo(State.FAILED);
  }

  @Test
  void aDefectOfOneConnectorIsNoMatterOfAnother() {
    FakeLog defective = new FakeLog("x");
    FakeFunction otherFunction = new FakeFunction();
    ConnectorCore broken =
        bench.add(
            new PlanBuilder("broken", defective)
                .function(otherFunction)
                .routes(
                    name -> {
                      throw new IllegalStateException("a defect of the routes");
                    })
                .build());
    ConnectorCore core = bench.add(plan().build());
    defective.append("x", FakeRecord.of("x1", 0, "").to("somewhere"));
    append("a", "e1");
    assertThat(bench.status(broken).state()).isEqualTo(State.FAILED);
    assertThat(bench.status(broken).health().get(0)).contains("a defect of the routes");
    assertThat(bench.status(core).state()).isEqualTo(State.RUNNING);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(1);
    assertThat(bench.stop(broken, LONG)).isCompleted();
  }

  @Test
  void aConnectorThatCanNotStartIsNoMatterOfAnother() {
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    FakeLog otherLog = new FakeLog("x");
    FakeFunction otherFunction = new FakeFunction();
    FakeSink otherSink = new FakeSink();
    Sink lawless =
        new ForwardingSink(otherSink) {
          @Override
          public Ordering ordering() {
            throw new IllegalStateException("a defect of the sink");
          }
        };
    ConnectorCore broken =
        bench.add(
            new PlanBuilder("broken", otherLog)
                .order(Order.KEY)
                .function(otherFunction)
                .onSuccess(lawless)
                .build());
    assertThat(bench.status(broken).state()).isEqualTo(State.FAILED);
    assertThat(bench.status(broken).health().get(0)).contains("a defect of the sink");
    assertThat(otherSink.closed()).isEqualTo(1);
    assertThat(otherLog.closed()).isEqualTo(1);
    assertThat(otherFunction.closed()).isEqualTo(1);
    assertThat(bench.stop(broken, LONG)).isCompletedWithValue(0);
    append("a", "e1");
    assertThat(bench.status(core).counts().delivered()).isEqualTo(1);
  }

  // ---- gates that are shared

  @Test
  void slotsOfAFunctionThatNeverAnswersAreFreeForOthersInTheEnd() {
    ConcurrencyPolicy one = ConcurrencyPolicy.aimd(1, 1, 1);
    function.waits();
    ConnectorCore first = bench.add(plan().function(function, "shared", one).build());
    FakeLog otherLog = new FakeLog("x");
    FakeFunction otherFunction = new FakeFunction();
    ConnectorCore second =
        bench.add(
            new PlanBuilder("other", otherLog).function(otherFunction, "shared", one).build());
    append("a", "e1");
    pass(200);
    otherLog.append("x", "x1", "");
    bench.settle();
    assertThat(otherFunction.calls()).isEmpty();
    assertThat(bench.stop(first, Duration.ZERO)).isCompleted();
    bench.settle();
    assertThat(otherFunction.calls()).hasSize(1);
    assertClean(second);
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertClean(second);
  }

  @Test
  void slotsOfASinkThatNeverAnswersAreFreeForOthersInTheEnd() {
    FakeSink silent = new FakeSink();
    silent.silent(true);
    ConnectorCore first =
        bench.add(new PlanBuilder("first", log).onSuccess(to("shared", silent)).build());
    append("a", "e1");
    FakeLog otherLog = new FakeLog("x");
    ConnectorCore second =
        bench.add(new PlanBuilder("other", otherLog).onSuccess(to("shared", sink)).build());
    otherLog.append("x", "x1", "");
    bench.settle();
    assertThat(sink.ids()).isEmpty();
    assertThat(bench.stop(first, Duration.ZERO)).isCompleted();
    bench.settle();
    assertThat(sink.ids()).containsExactly("x1");
    assertClean(second);
  }

  private static SinkPlan to(String destination, Sink sink) {
    return new SinkPlan(
        "onSuccess[0]",
        sink,
        destination,
        ConcurrencyPolicy.aimd(1, 1, 1),
        Optional.empty(),
        Optional.empty(),
        PlanBuilder.THREE);
  }

  @Test
  void aFunctionOfSeveralRoutesIsClosedOnce() {
    FakeFunction routed = new FakeFunction();
    ConnectorCore core =
        bench.add(
            plan()
                .routes(
                    name -> Optional.of(PlanBuilder.route(name, routed, new FailurePlan.Drop())))
                .build());
    log.append("a", FakeRecord.of("1", 0, "").to("one"));
    log.append("a", FakeRecord.of("2", 0, "").to("two"));
    bench.settle();
    assertThat(routed.ids()).containsExactly(List.of("1"), List.of("2"));
    bench.stop(core, LONG);
    assertThat(routed.closed()).isEqualTo(1);
    assertThat(function.closed()).isEqualTo(1);
  }
}
