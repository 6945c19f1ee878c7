package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SinkOutcome;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.Order;
import io.penstock.engine.WindowPolicy;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.PlanBuilder;
import io.penstock.engine.intake.Chunk;
import io.penstock.engine.intake.LaneHandle;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lanes that come and go, are moved, fill up, and are committed. */
class LanesTest extends CoreBench {

  private void answerAll() {
    function.calls().forEach(call -> call.answer().complete(ALL_DONE));
  }

  // ---- giving up

  @Test
  void aRevocationWaitsForWhatIsOut() {
    function.waits();
    ConnectorCore core = bench.add(plan().batch(1, Duration.ZERO).build());
    append("a", "e1", "e2");
    append("b", "f1");
    function.answers(call -> ALL_DONE);
    bench.later(ms(50), this::answerAll);
    log.revokeSoon("a");
    bench.settle();
    assertThat(log.committed("a")).isEqualTo(2);
    assertThat(log.owns("a")).isFalse();
    assertThat(bench.status(core).lanes()).extracting("name").containsExactly("b");
    pass(500);
    assertThat(log.committed("b")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void aRevocationWaitsNoLongerThanAllowedAndWhatComesLaterIsLate() {
    function.waits();
    ConnectorCore core = bench.add(plan().batch(1, Duration.ZERO).order(Order.KEY).build());
    append("a", "e1", "f1");
    function.call(1).answer().complete(ALL_DONE);
    bench.settle();
    long before = bench.nowNs;
    log.revokeSoon("a");
    bench.settle();
    assertThat(bench.nowNs - before).isBetween(ms(100).toNanos(), ms(102).toNanos());
    assertThat(log.commit("a").position()).isZero();
    assertThat(log.commit("a").settledBeyond()).hasToString("[1,2)");
    assertThat(bench.status(core).window().bytes()).isZero();

    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(bench.status(core).counts().late()).isEqualTo(1);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(1);
    assertClean(core);

    function.answers(call -> ALL_DONE);
    log.assignSoon("a");
    pass(100);
    assertThat(function.ids()).containsExactly(List.of("e1"), List.of("f1"), List.of("e1"));
    assertThat(bench.status(core).counts().skipped()).isEqualTo(1);
    assertThat(log.committed("a")).isEqualTo(2);
    assertClean(core);
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void whatWaitsForItsRetryIsGivenUpAtOnce(Order order) {
    function.answers(call -> each(call, id -> retry(Duration.ofSeconds(5))));
    ConnectorCore core = bench.add(plan().order(order).build());
    append("a", "e1", "e2", "f1");
    long before = bench.nowNs;
    log.revokeSoon("a");
    bench.settle();
    assertThat(bench.nowNs).isEqualTo(before);
    assertThat(log.committed("a")).isZero();
    assertClean(core);
    int calls = function.calls().size();
    pass(6_000);
    assertThat(function.calls()).hasSize(calls);
  }

  @Test
  void whatFailsWhileItIsGivenUpIsNotTriedAgain() {
    function.waits();
    ConnectorCore core = bench.add(plan().order(Order.KEY).build());
    append("a", "e1");
    bench.later(
        ms(30),
        () -> {
          function.answers(call -> ALL_DONE);
          function.call(0).answer().complete(FAILED);
        });
    long before = bench.nowNs;
    log.revokeSoon("a");
    bench.settle();
    assertThat(bench.nowNs - before).as("no longer than needed").isLessThan(ms(35).toNanos());
    assertThat(function.calls()).hasSize(1);
    assertThat(log.committed("a")).isZero();
    assertClean(core);
  }

  @Test
  void aLaneThatIsLostWhileItIsGivenUpIsForgottenOnce() {
    function.waits();
    ConnectorCore core = bench.add(plan().build());
    IntakeLink link = new IntakeLink(core, log, 100);
    LaneHandle lane = link.lane(new LaneStart(new Lane("x"), 0, PositionRanges.empty()));
    link.assigned(List.of(lane));
    link.chunk(chunk(lane, 0));
    link.revoking(List.of(lane));
    link.lost(List.of(lane));
    pass(200);
    assertThat(bench.status(core).window().events()).isZero();
    assertThat(bench.status(core).window().bytes())
        .as("less the record that no intake counted")
        .isEqualTo(-260);
  }

  @Test
  void aRevocationWaitsForADelivery() {
    function.answers(call -> each(call, id -> done(id)));
    sink.decide(r -> new SinkOutcome.Retry(ms(30), "down"));
    ConnectorCore core = bench.add(plan().order(Order.KEY).onSuccess(sink).build());
    append("a", "e1", "e2");
    bench.later(ms(20), () -> sink.decide(r -> SinkOutcome.Delivered.INSTANCE));
    log.revokeSoon("a");
    bench.settle();
    assertThat(sink.ids()).containsExactly("e1/0", "e2/0");
    assertThat(log.committed("a")).isEqualTo(2);
    assertClean(core);
  }

  @Test
  void whatIsOfALostLaneIsNotDelivered() {
    function.answers(call -> each(call, id -> done(id)));
    sink.decide(r -> new SinkOutcome.Retry(ms(30), "down"));
    ConnectorCore core = bench.add(plan().order(Order.KEY).onSuccess(sink).build());
    append("a", "e1", "e2");
    append("b", "f1");
    log.loseSoon("a");
    bench.settle();
    sink.decide(r -> SinkOutcome.Delivered.INSTANCE);
    pass(100);
    assertThat(sink.ids()).containsExactly("f1/0");
    assertThat(log.committed("a")).isZero();
    assertThat(log.committed("b")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void aRevocationWaitsForADeadLetter() {
    letters.decide(r -> new SinkOutcome.Throttled(ms(30), "busy"));
    ConnectorCore core = bench.add(plan().onFailure(letters).build());
    log.append("a", FakeRecord.of("u", 0, "").unreadable("not a CloudEvent"));
    bench.settle();
    bench.later(ms(20), () -> letters.decide(r -> SinkOutcome.Delivered.INSTANCE));
    log.revokeSoon("a");
    bench.settle();
    assertThat(letters.ids()).containsExactly("a/0/dead");
    assertThat(log.committed("a")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void aHaltedLaneIsGivenUpAtOnce() {
    function.answers(call -> each(call, id -> new EventOutcome.Reject("NO", "no")));
    ConnectorCore core = bench.add(plan().order(Order.KEY).build());
    append("a", "e1", "e2");
    assertThat(bench.status(core).lanes().get(0).halted()).isPresent();
    long before = bench.nowNs;
    log.revokeSoon("a");
    bench.settle();
    assertThat(bench.nowNs).isEqualTo(before);
    assertClean(core);
  }

  /** The intake has no such chunk; if it had one, it must not be counted as settled. */
  @Test
  void recordsThatComeWhileALaneIsGivenUpAreNotSettled() {
    function.waits();
    ConnectorCore core = bench.add(plan().build());
    IntakeLink link = new IntakeLink(core, log, 100);
    LaneHandle lane = link.lane(new LaneStart(new Lane("x"), 0, PositionRanges.empty()));
    link.assigned(List.of(lane));
    link.chunk(chunk(lane, 0));
    bench.settle();
    CompletableFuture<?> answer = link.revoking(List.of(lane)).toCompletableFuture();
    link.chunk(chunk(lane, 1));
    bench.settle();
    answerAll();
    bench.settle();
    assertThat(answer)
        .isCompletedWithValueMatching(commits -> commits.toString().contains("position=1,"));
  }

  private static Chunk chunk(LaneHandle lane, long position) {
    FakeRecord record = FakeRecord.of("x" + position, position, "");
    return new Chunk(lane, List.of(record), new Event[] {record.event()}, null, position + 1);
  }

  // ---- seeking

  private CompletableFuture<Long> seek(ConnectorCore core, String lane, SeekTarget target) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    core.post(now -> core.seek(lane, target, answer));
    bench.settle();
    return answer;
  }

  @Test
  void seekingBackRepeats() {
    ConnectorCore core = bench.add(plan().batch(1, Duration.ZERO).order(Order.LANE).build());
    append("a", "e1", "e2", "e3");
    pass(50);
    assertThat(log.committed("a")).isEqualTo(3);
    assertThat(seek(core, "a", new SeekTarget.Position(1))).isCompletedWithValue(1L);
    pass(50);
    assertThat(function.ids())
        .containsExactly(List.of("e1"), List.of("e2"), List.of("e3"), List.of("e2"), List.of("e3"));
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  @Test
  void seekingForwardSkipsAndMendsAHaltedLane() {
    function.answers(
        call ->
            call.ids().contains("bad")
                ? each(call, id -> new EventOutcome.Reject("NO", "no"))
                : ALL_DONE);
    ConnectorCore core = bench.add(plan().batch(1, Duration.ZERO).build());
    append("a", "bad", "e2");
    pass(100);
    assertThat(log.committed("a")).isZero();
    append("a", "e3");
    assertThat(function.ids()).doesNotContain(List.of("e3"));
    assertThat(seek(core, "a", new SeekTarget.Position(1))).isCompletedWithValue(1L);
    pass(100);
    assertThat(function.ids()).contains(List.of("e3"));
    assertThat(bench.status(core).health()).isEmpty();
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  @Test
  void seekingWhileDeliveringForgetsTheDelivery() {
    function.answers(call -> each(call, id -> done(id)));
    sink.decide(r -> new SinkOutcome.Retry(ms(30), "down"));
    ConnectorCore core = bench.add(plan().order(Order.KEY).onSuccess(sink).build());
    append("a", "e1", "e2");
    assertThat(seek(core, "a", new SeekTarget.Latest())).isCompletedWithValue(2L);
    sink.decide(r -> SinkOutcome.Delivered.INSTANCE);
    append("a", "e3");
    pass(200);
    assertThat(sink.ids()).containsExactly("e3/0");
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  @Test
  void seekingWhileInvokingMakesTheAnswerLate() {
    function.waits();
    ConnectorCore core = bench.add(plan().order(Order.KEY).build());
    append("a", "e1");
    seek(core, "a", new SeekTarget.Earliest());
    assertThat(function.ids()).as("the key of the old place holds up nothing").hasSize(2);
    function.call(0).answer().complete(ALL_DONE);
    bench.settle();
    assertThat(bench.status(core).counts().late()).isEqualTo(1);
    function.call(1).answer().complete(ALL_DONE);
    pass(50);
    assertThat(log.committed("a")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void aSeekThatIsNotPossibleSaysWhy() {
    ConnectorCore core = bench.add(plan().build());
    assertThat(seek(core, "z", new SeekTarget.Earliest()))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ConnectorException.class)
        .withMessageContaining("lane 'z' isn't owned here");
    assertThat(seek(core, "a", new SeekTarget.Position(77)))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("there is no position 77");
    append("a", "e1");
    pass(50);
    assertThat(log.committed("a")).isEqualTo(1);
  }

  // ---- committing

  @Test
  void whatIsNoNewsIsNotCommitted() {
    bench.add(plan().build());
    append("a", "e1");
    pass(100);
    int commits = log.commits().size();
    pass(1_000);
    assertThat(log.commits()).hasSize(commits);
  }

  @Test
  void aCommitThatWasNotKeptIsRepeated() {
    bench.add(plan().build());
    log.onCommit(() -> log.tellCommitFailed("a"));
    append("a", "e1");
    pass(10);
    assertThat(log.committed("a")).isZero();
    pass(40);
    assertThat(log.committed("a")).isEqualTo(1);
  }

  @Test
  void aCommitThatThrowsIsRepeatedAndTheHealthRecovers() {
    ConnectorCore core = bench.add(plan().build());
    log.onCommit(
        () -> {
          throw new IllegalStateException("rebalance in progress");
        });
    append("a", "e1");
    pass(21);
    pass(40);
    assertThat(log.committed("a")).isEqualTo(1);
    assertThat(bench.status(core).health()).isEmpty();
  }

  @Test
  void aRestartRepeatsOnlyWhatWasNotSettled() {
    function.does(
        call ->
            call.ids().contains("e2")
                ? call.answer()
                : CompletableFuture.completedFuture(ALL_DONE));
    ConnectorCore core =
        bench.add(
            plan()
                .function(function, "orders", ConcurrencyPolicy.aimd(4, 4, 4))
                .batch(1, Duration.ZERO)
                .build());
    append("a", "e1", "e2", "f3", "g4");
    pass(50);
    bench.stop(core, Duration.ZERO);
    assertThat(log.commit("a").position()).isEqualTo(1);
    int before = function.calls().size();
    function.answers(call -> ALL_DONE);
    ConnectorCore again =
        bench.add(
            new PlanBuilder("orders", log.restarted())
                .function(function)
                .batch(10, Duration.ZERO)
                .build());
    bench.settle();
    assertThat(function.ids().subList(before, function.calls().size()))
        .containsExactly(List.of("e2"));
    assertThat(bench.status(again).counts().skipped()).isEqualTo(2);
    assertClean(again);
  }

  @Test
  void filteredEventsAreCommittedAndNotInvoked() {
    ConnectorCore core =
        bench.add(plan().filter((event, format) -> event.id().startsWith("f")).build());
    append("a", "e1", "f1", "e2");
    pass(50);
    assertThat(function.ids()).containsExactly(List.of("f1"));
    assertThat(bench.status(core).counts().filtered()).isEqualTo(2);
    assertThat(bench.status(core).counts().received()).isEqualTo(3);
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  // ---- bounds

  @Test
  void theWindowBoundsWhatIsTakenOfALane() {
    function.waits();
    log.maxPerPoll(1);
    ConnectorCore core =
        bench.add(
            plan().window(20, 1 << 20, WindowPolicy.WhenFull.WAIT).batch(1, Duration.ZERO).build());
    for (int i = 0; i < 100; i++) {
      log.append("a", "e" + i, "");
    }
    pass(200);
    assertThat(bench.status(core).lanes().get(0).span()).isBetween(20L, 29L);
    assertThat(log.isPaused("a")).isTrue();
    assertThat(log.isPaused("b")).isFalse();
    function.answers(call -> ALL_DONE);
    answerAll();
    pass(2_000);
    assertThat(log.committed("a")).isEqualTo(100);
    assertClean(core);
  }

  @Test
  void bytesBoundWhatIsTakenOfAllLanes() {
    function.waits();
    log.maxPerPoll(2);
    ConnectorCore core =
        bench.add(
            plan()
                .window(1_000, 200_000, WindowPolicy.WhenFull.WAIT)
                .batch(1, Duration.ZERO)
                .build());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ids.add("e" + i);
      log.append(i % 2 == 0 ? "a" : "b", FakeRecord.of("e" + i, 0, "").sized(10_000));
    }
    long most = 0;
    for (int i = 0; i < 400 && log.committed("a") + log.committed("b") < 60; i++) {
      pass(5);
      most = Math.max(most, bench.status(core).window().bytes());
      function.calls().stream()
          .filter(call -> !call.answer().isDone())
          .findFirst()
          .ifPresent(call -> call.answer().complete(ALL_DONE));
    }
    assertThat(most).as("100,000 and one poll").isBetween(100_000L, 100_000L + 5 * 10_160L);
    assertThat(log.committed("a") + log.committed("b")).isEqualTo(60);
    assertClean(core);
  }

  @Test
  void resultsCountAsBytesUnderWay() {
    function.answers(call -> each(call, id -> done("r".repeat(5_000), "s".repeat(5_000))));
    sink.silent(true);
    ConnectorCore core = bench.add(plan().onSuccess(sink).build());
    append("a", "e1");
    assertThat(bench.status(core).window().bytes()).isEqualTo(10_000 + 100 + 160);
    log.loseSoon("a");
    bench.settle();
    assertThat(bench.status(core).window().bytes()).isZero();
  }

  @Test
  void theSmallestWindowOfBytesStillTakesSomething() {
    ConnectorCore core = bench.add(plan().window(1, 1, WindowPolicy.WhenFull.WAIT).build());
    append("a", "e1", "e2", "e3");
    pass(200);
    assertThat(bench.status(core).counts().delivered()).isEqualTo(3);
    assertClean(core);
  }
}
