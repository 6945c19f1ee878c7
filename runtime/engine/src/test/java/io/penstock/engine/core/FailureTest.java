package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.HeadOfLine;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.WindowPolicy.WhenFull;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.FakeSink;
import io.penstock.engine.fake.PlanBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sinks that fail, dead letters, lanes that halt, events that hold up a window. */
class FailureTest extends CoreBench {

  private static final SinkOutcome OK = SinkOutcome.Delivered.INSTANCE;
  private static final SinkOutcome DOWN = new SinkOutcome.Retry(Duration.ZERO, "down");

  private void rejects(String bad) {
    function.answers(
        call ->
            each(
                call,
                id -> id.equals(bad) ? new EventOutcome.Reject("NOT_MINE", "not mine") : done(id)));
  }

  private static Function<SinkRecord, SinkOutcome> only(String id, SinkOutcome outcome) {
    return r -> r.event().id().equals(id) ? outcome : OK;
  }

  private long delivered(ConnectorCore core) {
    return bench.status(core).counts().delivered();
  }

  // ---- nobody said what becomes of failures

  @Test
  void withoutOnFailureTheLaneStopsAndSaysSoAndTheOthersGoOn() {
    rejects("e1");
    ConnectorCore core = bench.add(plan().batch(1, Duration.ZERO).build());
    append("a", "e1", "f1");
    append("b", "g1");
    pass(50);
    append("a", "f2");
    append("b", "g2");
    pass(5_000);
    ConnectorStatus status = bench.status(core);
    assertThat(status.health())
        .containsExactly(
            "lane a is halted: event at a/0 can't be handled (NOT_MINE: not mine) and there is no"
                + " onFailure: add one, or {\"type\": \"drop\"}, and restart; or seek past it");
    assertThat(status.lanes().get(0).halted()).isPresent();
    assertThat(function.ids()).doesNotContain(List.of("f2")).contains(List.of("g2"));
    assertThat(log.committed("a")).isZero();
    assertThat(log.committed("b")).isEqualTo(2);
    assertThat(status.counts().delivered()).isEqualTo(3);
  }

  @Test
  void withoutOnFailureASinkThatRefusesIsTriedForEver() {
    sink.decide(only("e1/0", new SinkOutcome.Reject("too large")));
    rejects("none");
    ConnectorCore core = bench.add(plan().order(Order.KEY).onSuccess(sink).build());
    append("a", "e1", "e2");
    pass(1_000);
    assertThat(bench.status(core).health()).hasSize(1);
    assertThat(bench.status(core).health().get(0)).contains("refused a result: too large");
    assertThat(sink.ids())
        .as("a refusal for good holds up nothing in the sink")
        .containsExactly("e2/0");
    assertThat(log.committed("a")).isZero();
    sink.decide(r -> OK);
    pass(200);
    assertThat(sink.ids()).containsExactly("e2/0", "e1/0");
    assertThat(bench.status(core).health()).isEmpty();
    assertThat(log.committed("a")).isEqualTo(2);
    assertClean(core);
  }

  @Test
  void dropDropsAndCounts() {
    rejects("e1");
    sink.decide(only("f1/0", new SinkOutcome.Reject("too large")));
    ConnectorCore core =
        bench.add(plan().onSuccess(sink).onFailure(new FailurePlan.Drop()).build());
    append("a", "e1", "f1", "g1");
    log.append("a", FakeRecord.of("u", 0, "").unreadable("not a CloudEvent"));
    pass(100);
    assertThat(bench.status(core).counts().dropped()).isEqualTo(3);
    assertThat(delivered(core)).isEqualTo(1);
    assertThat(log.committed("a")).isEqualTo(4);
    assertClean(core);
  }

  // ---- sinks

  @Test
  void onlyTheSinkThatFailedIsTriedAgain() {
    FakeSink other = new FakeSink();
    int[] failures = {2};
    sink.decide(r -> failures[0]-- > 0 ? DOWN : OK);
    rejects("none");
    ConnectorCore core = bench.add(plan().onSuccess(sink).onSuccess(other).build());
    append("a", "e1");
    pass(200);
    assertThat(function.calls()).hasSize(1);
    assertThat(sink.calls()).isEqualTo(3);
    assertThat(other.calls()).isEqualTo(1);
    assertThat(sink.ids()).containsExactly("e1/0");
    assertThat(other.ids()).containsExactly("e1/0");
    assertThat(log.committed("a")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void aSinkThatIsExhaustedDeadLettersTheEventTheResultAndItsName() {
    FakeSink other = new FakeSink();
    sink.decide(r -> DOWN);
    rejects("none");
    ConnectorCore core =
        bench.add(plan().onSuccess(other).onSuccess(sink).onFailure(letters).build());
    append("a", "e1");
    pass(500);
    assertThat(sink.calls()).isEqualTo(3);
    assertThat(letters.ids()).containsExactly("e1/dead/onSuccess[1]");
    String letter = letters.stored().get(0).event().text();
    assertThat(letter)
        .contains("\"code\":\"SINK_EXHAUSTED\"")
        .contains("\"sink\":\"onSuccess[1]\"")
        .contains("\"id\":\"e1/0\"")
        .contains("\"attempts\":0");
    assertThat(other.ids()).containsExactly("e1/0");
    assertThat(bench.status(core).counts().deadLettered()).isEqualTo(1);
    assertThat(log.committed("a")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void twoSinksThatAreExhaustedMakeTwoDeadLetters() {
    FakeSink other = new FakeSink();
    sink.decide(r -> new SinkOutcome.Reject("no"));
    other.decide(r -> DOWN);
    rejects("none");
    ConnectorCore core =
        bench.add(plan().onSuccess(sink).onSuccess(other).onFailure(letters).build());
    append("a", "e1");
    pass(500);
    assertThat(letters.ids()).containsExactly("e1/dead/onSuccess[0]", "e1/dead/onSuccess[1]");
    assertThat(bench.status(core).counts().deadLettered()).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void oneRefusedResultSpeaksForTheOthersOfItsEvent() {
    function.answers(call -> each(call, id -> done("r", "s", "t")));
    sink.decide(only("e1/1", new SinkOutcome.Reject("too large")));
    ConnectorCore core = bench.add(plan().onSuccess(sink).onFailure(letters).build());
    append("a", "e1");
    pass(200);
    assertThat(letters.ids()).containsExactly("e1/dead/onSuccess[0]");
    assertThat(bench.status(core).counts().deadLettered()).isEqualTo(1);
    assertThat(log.committed("a")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void whatARefusedResultSpeaksForIsNotTriedAgain() {
    function.answers(call -> each(call, id -> done("r", "s")));
    sink.decide(r -> r.event().id().endsWith("/0") ? new SinkOutcome.Reject("too large") : DOWN);
    letters.silent(true);
    bench.add(plan().onSuccess(sink).onFailure(letters).build());
    append("a", "e1");
    pass(1_000);
    assertThat(sink.calls()).isEqualTo(1);
    assertThat(letters.calls()).isEqualTo(1);
  }

  @Test
  void aKeyGoesOnOnlyWhenItsDeadLetterIsTaken() {
    letters.decide(r -> DOWN);
    rejects("e1");
    ConnectorCore core =
        bench.add(
            plan()
                .order(Order.KEY)
                .batch(1, Duration.ZERO)
                .onSuccess(sink)
                .onFailure(letters)
                .build());
    append("a", "e1", "e2", "f1");
    pass(500);
    assertThat(sink.ids()).containsExactly("f1/0");
    assertThat(function.ids()).doesNotContain(List.of("e2"));
    letters.decide(r -> OK);
    pass(200);
    assertThat(sink.ids()).containsExactly("f1/0", "e2/0");
    assertClean(core);
  }

  @Test
  void withOrderWhatComesAfterAnExhaustedResultWaitsForItsDeadLetter() {
    sink.decide(only("e1/0", DOWN));
    letters.decide(r -> DOWN);
    rejects("none");
    ConnectorCore core =
        bench.add(plan().order(Order.KEY).onSuccess(sink).onFailure(letters).build());
    append("a", "seed");
    function.waits();
    append("a", "e1", "e2");
    function.answers(call -> each(call, id -> done(id)));
    function.calls().forEach(c -> c.answer().complete(each(c, id -> done(id))));
    pass(1_000);
    assertThat(sink.ids()).containsExactly("seed/0");
    letters.decide(r -> OK);
    pass(1_000);
    assertThat(letters.ids()).containsExactly("e1/dead/onSuccess[0]");
    assertThat(sink.ids()).containsExactly("seed/0", "e2/0");
    assertClean(core);
  }

  /** Whatever order a sink keeps itself, a key's results arrive in sequence. */
  @ParameterizedTest
  @EnumSource(Sink.Ordering.class)
  void aKeysResultsArriveInSequence(Sink.Ordering ordering) {
    FakeSink any = new FakeSink(ordering);
    int[] calls = {0};
    any.decide(r -> calls[0]++ % 3 == 0 ? DOWN : OK);
    function.answers(call -> each(call, id -> done("r")));
    ConnectorCore core =
        bench.add(
            plan()
                .order(Order.KEY)
                .retry(RetryPolicy.FOREVER)
                .onSuccess(
                    PlanBuilder.sink(
                        "any",
                        any,
                        new RetryPolicy(OptionalInt.empty(), ms(5), ms(5), Optional.empty())))
                .build());
    for (int i = 0; i < 30; i++) {
      log.append("a", (i % 2 == 0 ? "e" : "f") + i, i % 2 == 0 ? "e" : "f");
    }
    pass(2_000);
    List<String> ofE = new ArrayList<>(any.ids());
    ofE.removeIf(id -> !id.startsWith("e"));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 30; i += 2) {
      expected.add("e" + i + "/0");
    }
    assertThat(ofE).isEqualTo(expected);
    assertClean(core);
  }

  // ---- dead letters

  @Test
  void aDeadLetterHoldsEverythingThatIsNeededToRedriveIt() {
    int[] calls = {0};
    function.answers(
        call -> calls[0]++ == 0 ? FAILED : new InvocationResult.Failed("BOOM", "boom \"2\""));
    ConnectorCore core = bench.add(plan().onFailure(letters).build());
    log.append("a", "e1", "key");
    pass(200);
    SinkRecord letter = letters.stored().get(0);
    assertThat(letter.event().id()).isEqualTo("e1/dead");
    assertThat(letter.event().type()).isEqualTo("io.penstock.deadletter.v1");
    assertThat(letter.event().source()).isEqualTo("penstock/orders");
    assertThat(letter.event().subject()).contains("e1");
    assertThat(letter.key()).asString().isEqualTo("key");
    assertThat(letter.event().text())
        .contains("\"version\":1")
        .contains("\"connector\":\"orders\"")
        .contains("\"function\":\"orders\"")
        .contains("\"code\":\"BOOM\"")
        .contains("boom \\\"2\\\"")
        .contains("\"attempts\":3")
        .contains("\"lane\":\"a\"")
        .contains("\"position\":0")
        .contains("\"takenAt\":\"1970-01-01T00:00:01.")
        .contains("\"key\":\"a2V5\"")
        .contains("\"value\":\"ZTE=\"");
    assertClean(core);
  }

  @Test
  void whatCanNotBeReadIsDeadLetteredAsItCame() {
    ConnectorCore core = bench.add(plan().onFailure(letters).build());
    log.append("a", FakeRecord.of("u", 0, "k").unreadable("not a CloudEvent"));
    append("a", "e1");
    pass(50);
    assertThat(letters.ids()).containsExactly("a/0/dead");
    assertThat(letters.stored().get(0).event().text())
        .contains("\"code\":\"UNREADABLE\"")
        .contains("not a CloudEvent")
        .doesNotContain("\"event\":");
    assertThat(function.ids()).containsExactly(List.of("e1"));
    assertThat(log.committed("a")).isEqualTo(2);
    assertClean(core);
  }

  @Test
  void aDeadLetterSinkThatFailsHaltsTheLaneUntilItComesBack() {
    letters.decide(r -> DOWN);
    rejects("e1");
    ConnectorCore core =
        bench.add(plan().batch(1, Duration.ZERO).onSuccess(sink).onFailure(letters).build());
    append("a", "e1", "f1");
    append("b", "g1");
    pass(1_000);
    ConnectorStatus status = bench.status(core);
    assertThat(status.state()).isEqualTo(State.RUNNING);
    assertThat(status.health())
        .containsExactly(
            "lane a is halted: failure sink onFailure[0] does not take a dead letter: down");
    append("a", "f2");
    append("b", "g2");
    pass(200);
    assertThat(sink.ids()).containsExactlyInAnyOrder("f1/0", "g1/0", "g2/0");
    assertThat(log.committed("a")).isZero();
    assertThat(log.isPaused("a")).isTrue();

    letters.decide(r -> OK);
    pass(200);
    assertThat(letters.ids()).containsExactly("e1/dead");
    assertThat(bench.status(core).health()).isEmpty();
    assertThat(sink.ids()).contains("f2/0");
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  @Test
  void everyFailureSinkGetsADeadLetterAndIsRetriedAlone() {
    FakeSink second = new FakeSink();
    int[] failures = {5};
    second.decide(r -> failures[0]-- > 0 ? DOWN : OK);
    rejects("e1");
    ConnectorCore core = bench.add(plan().onFailure(letters, second).build());
    append("a", "e1");
    pass(50);
    assertThat(letters.ids()).containsExactly("e1/dead");
    assertThat(log.committed("a")).isZero();
    pass(1_000);
    assertThat(letters.calls()).isEqualTo(1);
    assertThat(second.ids()).containsExactly("e1/dead");
    assertThat(log.committed("a")).isEqualTo(1);
    assertClean(core);
  }

  @Test
  void anEventForARouteThatIsNotKnownIsDeadLettered() {
    ConnectorCore core = bench.add(plan().onFailure(letters).build());
    log.append("a", FakeRecord.of("e1", 0, "").to("nowhere"));
    bench.settle();
    assertThat(letters.ids()).containsExactly("e1/dead");
    assertThat(letters.stored().get(0).event().text()).contains("no route is named 'nowhere'");
    assertClean(core);
  }

  // ---- one event that holds up a window

  private ConnectorCore holdUp(int window, WhenFull whenFull, FailurePlan failure) {
    function.answers(
        call -> each(call, id -> id.equals("poison") ? retry(Duration.ofSeconds(60)) : done()));
    ConnectorCore core =
        bench.add(
            plan()
                .function(function, "orders", ConcurrencyPolicy.aimd(4, 4, 4))
                .order(Order.KEY)
                .retry(RetryPolicy.FOREVER)
                .window(window, 1 << 20, whenFull)
                .onFailure(failure)
                .build());
    log.append("a", "poison", "poison");
    for (int i = 0; i < 3 * window; i++) {
      log.append("a", "e" + i, "k" + i % 5);
    }
    pass(2_000);
    return core;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 50, 51, 400})
  void anEventThatHoldsUpAFullWindowShows(int window) {
    log.maxPerPoll(1);
    ConnectorCore core = holdUp(window, WhenFull.WAIT, new FailurePlan.Halt());
    ConnectorStatus status = bench.status(core);
    assertThat(status.lanes().get(0).headOfLine()).isEqualTo(HeadOfLine.BLOCKED);
    assertThat(status.health()).anyMatch(h -> h.contains("one event holds up a window"));
    assertThat(log.committed("a")).isZero();
    function.answers(call -> ALL_DONE);
    bench.pass(Duration.ofSeconds(61));
    assertThat(bench.status(core).lanes().get(0).headOfLine()).isEqualTo(HeadOfLine.CLEAR);
    assertThat(log.committed("a")).isEqualTo(3L * window + 1);
    assertClean(core);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 50, 51, 400})
  void anEventThatHoldsUpAFullWindowIsDeadLetteredIfThatWasAskedFor(int window) {
    log.maxPerPoll(1);
    ConnectorCore core = holdUp(window, WhenFull.DEAD_LETTER, PlanBuilder.letters(letters));
    assertThat(letters.ids()).containsExactly("poison/dead");
    assertThat(letters.stored().get(0).event().extension("penstockcause")).contains("HEAD_OF_LINE");
    assertThat(log.committed("a")).isEqualTo(3L * window + 1);
    assertThat(bench.status(core).lanes().get(0).headOfLine()).isEqualTo(HeadOfLine.CLEAR);
    assertClean(core);
  }

  @Test
  void anEventInTheFunctionIsDeadLetteredAtItsNextFailure() {
    function.answers(call -> call.ids().contains("poison") ? FAILED : ALL_DONE);
    function.does(
        call -> {
          if (!call.ids().contains("poison")) {
            call.answer().complete(ALL_DONE);
          }
          return call.answer();
        });
    ConnectorCore core =
        bench.add(
            plan()
                .order(Order.KEY)
                .batch(1, Duration.ZERO)
                .retry(RetryPolicy.FOREVER)
                .window(10, 1 << 20, WhenFull.DEAD_LETTER)
                .onFailure(letters)
                .build());
    append("a", "poison");
    for (int i = 0; i < 20; i++) {
      log.append("a", "e" + i, "k");
    }
    pass(50);
    assertThat(letters.ids()).isEmpty();
    function.call(0).answer().complete(FAILED);
    pass(100);
    assertThat(letters.ids()).containsExactly("poison/dead");
    assertThat(log.committed("a")).isEqualTo(21);
    assertClean(core);
  }

  @Test
  void aResultThatHoldsUpAFullWindowIsDeadLetteredAtItsNextFailure() {
    sink.decide(only("poison/0", DOWN));
    function.answers(call -> each(call, id -> done(id)));
    ConnectorCore core =
        bench.add(
            plan()
                .order(Order.KEY)
                .onSuccess(PlanBuilder.sink("sink", sink, RetryPolicy.FOREVER))
                .window(10, 1 << 20, WhenFull.DEAD_LETTER)
                .onFailure(letters)
                .build());
    append("a", "poison");
    for (int i = 0; i < 20; i++) {
      log.append("a", "e" + i, "k");
    }
    bench.pass(Duration.ofSeconds(10));
    assertThat(letters.ids()).containsExactly("poison/dead/sink");
    assertThat(log.committed("a")).isEqualTo(21);
    assertClean(core);
  }
}
