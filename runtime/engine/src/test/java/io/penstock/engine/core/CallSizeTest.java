package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkOutcome;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.fake.FakeSink;
import io.penstock.engine.fake.PlanBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many events go into a call, and how many calls are made side by side. */
class CallSizeTest extends CoreBench {

  private static SinkPlan eightAtATime(Sink sink) {
    return new SinkPlan(
        "sink",
        sink,
        "eight",
        ConcurrencyPolicy.aimd(8, 8, 8),
        Optional.empty(),
        Optional.empty(),
        RetryPolicy.FOREVER);
  }

  private void appendMany(int events) {
    for (int i = 0; i < events; i++) {
      log.append("a", "e" + i, "k" + i);
    }
    bench.settle();
  }

  @Test
  void noMoreEventsGoIntoAnInvocationThanTheFunctionTakes() {
    function.maxEvents(2);
    ConnectorCore core = bench.add(plan().batch(10, Duration.ZERO).build());
    appendMany(5);
    assertThat(function.ids()).allSatisfy(ids -> assertThat(ids).hasSizeLessThanOrEqualTo(2));
    assertThat(bench.status(core).counts().delivered()).isEqualTo(5);
    assertClean(core);
  }

  @Test
  void noMoreRecordsGoIntoACallThanTheSinkTakes() {
    FakeSink small = new FakeSink(Sink.Ordering.NONE, 2);
    function.answers(call -> each(call, id -> done("r0", "r1", "r2", "r3", "r4")));
    ConnectorCore core = bench.add(plan().order(Order.KEY).onSuccess(small).build());
    append("a", "e1");
    assertThat(small.calls()).isEqualTo(3);
    assertThat(small.ids()).containsExactlyInAnyOrder("e1/0", "e1/1", "e1/2", "e1/3", "e1/4");
    assertClean(core);
  }

  @Test
  void aSinkThatKeepsOrderGetsABatchAsAWhole() {
    FakeSink kept = new FakeSink(Sink.Ordering.KEPT, 2);
    function.answers(call -> each(call, id -> done("r0", "r1", "r2")));
    bench.add(plan().onSuccess(kept).build());
    append("a", "e1");
    assertThat(kept.calls()).isEqualTo(1);
  }

  @Test
  void aRecordThatFailsDoesNotHoldUpThoseOfOtherCalls() {
    FakeSink one = new FakeSink(Sink.Ordering.NONE, 1);
    one.decide(
        record ->
            record.event().id().equals("e1")
                ? new SinkOutcome.Retry(Duration.ZERO, "no")
                : SinkOutcome.Delivered.INSTANCE);
    ConnectorCore core =
        bench.add(
            new PlanBuilder("orders", log).order(Order.KEY).onSuccess(eightAtATime(one)).build());
    appendMany(3);
    assertThat(one.ids()).containsExactlyInAnyOrder("e0", "e2");
    one.decide(record -> SinkOutcome.Delivered.INSTANCE);
    pass(500);
    assertThat(one.ids()).contains("e1");
    assertClean(core);
  }

  @Test
  void aStreamHasAsManyBatchesUnderWayAsTheSinkMayHaveCalls() {
    FakeSink silent = new FakeSink(Sink.Ordering.NONE);
    silent.silent(true);
    bench.add(
        new PlanBuilder("orders", log)
            .batch(1, Duration.ZERO)
            .onSuccess(eightAtATime(silent))
            .build());
    appendMany(30);
    assertThat(silent.calls()).isEqualTo(8);
  }

  @Test
  void aStreamHasNoMoreBatchesUnderWayThanTheCallsNeed() {
    FakeSink silent = new FakeSink(Sink.Ordering.NONE, 1);
    silent.silent(true);
    ConnectorCore core =
        bench.add(
            new PlanBuilder("orders", log)
                .batch(10, Duration.ZERO)
                .onSuccess(eightAtATime(silent))
                .build());
    appendMany(100);
    assertThat(silent.calls()).isEqualTo(8);
    assertThat(core.ownRoute().gate.limit()).isEqualTo(4);
  }

  @Test
  void aStreamToASinkThatKeepsOrderHasFewBatchesUnderWay() {
    sink.silent(true);
    bench.add(
        new PlanBuilder("orders", log)
            .batch(1, Duration.ZERO)
            .onSuccess(eightAtATime(sink))
            .build());
    appendMany(30);
    assertThat(sink.calls()).isEqualTo(4);
  }

  @Test
  void eventsThatASinkKeepsRefusingParkBesideAStream() {
    sink.decide(
        record ->
            record.event().id().compareTo("e2") < 0
                ? new SinkOutcome.Retry(Duration.ofHours(1), "no")
                : SinkOutcome.Delivered.INSTANCE);
    ConnectorCore core =
        bench.add(
            new PlanBuilder("orders", log)
                .order(Order.KEY)
                .batch(1, Duration.ZERO)
                .onSuccess(eightAtATime(sink))
                .build());
    appendMany(30); // e0, e1 and e10 to e19 are refused: more than there are slots
    assertThat(sink.ids()).hasSize(18).doesNotContain("e0", "e1", "e15");
    sink.decide(record -> SinkOutcome.Delivered.INSTANCE);
    pass(Duration.ofHours(1).toMillis());
    assertThat(sink.ids()).hasSize(30);
    assertThat(List.copyOf(core.routes())).hasSize(1);
    assertClean(core);
  }
}
