package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SourceVerdict;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.fake.FakeQueue;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.FakeSink;
import io.penstock.engine.fake.PlanBuilder;
import io.penstock.functions.Event;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Records about which their source has decided: no function is called, and whom it concerns is told. */
class VerdictTest extends CoreBench {

  private static final SourceVerdict GIVEN_UP = new SourceVerdict.GivenUp("EXPIRED", "too late");
  private static final SourceVerdict STOPPED = new SourceVerdict.Stopped();

  private final FakeQueue queue = new FakeQueue();
  private final FakeSink stopped = new FakeSink();

  private PlanBuilder queuePlan() {
    return new PlanBuilder("tasks", queue).function(function).batch(1, Duration.ZERO);
  }

  private static FakeRecord task(String id, SourceVerdict verdict) {
    return FakeRecord.of(id, 0, "").given(verdict);
  }

  @Test
  void whatIsGivenUpGoesToTheFailureSinks() {
    ConnectorCore core =
        bench.add(queuePlan().filter((event, format) -> false).onFailure(letters).build());
    queue.add(task("t1", GIVEN_UP).after(2));
    bench.settle();
    assertThat(function.calls()).isEmpty();
    assertThat(letters.ids()).containsExactly("t1/dead");
    assertThat(letters.stored().get(0).event().text())
        .contains("\"code\":\"EXPIRED\"", "too late", "\"attempts\":2");
    assertThat(queue.calls()).containsExactly("settled t1 DEAD_LETTERED");
    assertClean(core);
  }

  @Test
  void whatWasStoppedGoesToItsSinksAsItIs() {
    ConnectorCore core =
        bench.add(
            queuePlan()
                .transform((event, format) -> Event.builder().id("another").build())
                .onSuccess(sink)
                .onStop(stopped)
                .build());
    queue.add(task("t1", STOPPED));
    bench.settle();
    assertThat(function.calls()).isEmpty();
    assertThat(sink.ids()).isEmpty();
    assertThat(stopped.ids()).containsExactly("t1");
    assertThat(queue.calls()).containsExactly("settled t1 DELIVERED");
    assertClean(core);
  }

  @Test
  void aSinkThatFailsIsTriedAgainAndOneThatRefusesIsToldOf() {
    ConnectorCore core = bench.add(queuePlan().onStop(stopped).onFailure(letters).build());
    stopped.decide(record -> new SinkOutcome.Retry(Duration.ZERO, "not now"));
    queue.add(task("t1", STOPPED));
    bench.settle();
    stopped.decide(record -> SinkOutcome.Delivered.INSTANCE);
    pass(100);
    assertThat(stopped.ids()).containsExactly("t1");
    stopped.decide(record -> new SinkOutcome.Reject("never"));
    queue.add(task("t2", STOPPED));
    pass(100);
    assertThat(letters.ids()).containsExactly("t2/dead/onStop[0]");
    assertThat(queue.calls("settled"))
        .containsExactly("settled t1 DELIVERED", "settled t2 DEAD_LETTERED");
    assertClean(core);
  }

  @Test
  void withoutSinksItIsSettledAtOnceAndTheSourceKnowsBefore() {
    ConnectorCore core = bench.add(queuePlan().onFailure(new FailurePlan.Drop()).build());
    queue.add(task("t1", STOPPED), task("t2", GIVEN_UP));
    bench.settle();
    assertThat(queue.calls("settled"))
        .containsExactlyInAnyOrder("settled t1 DELIVERED", "settled t2 DROPPED");
    assertThat(queue.context().hasSinks(null, STOPPED)).isFalse();
    assertThat(queue.context().hasSinks(null, GIVEN_UP)).isFalse();
    assertClean(core);
    FakeQueue other = new FakeQueue();
    bench.add(
        new PlanBuilder("others", other)
            .function(function)
            .onStop(stopped)
            .onFailure(letters)
            .build());
    bench.settle();
    assertThat(other.context().hasSinks(null, STOPPED)).isTrue();
    assertThat(other.context().hasSinks(null, GIVEN_UP)).isTrue();
    assertThat(other.context().hasSinks("unknown", GIVEN_UP)).isFalse();
  }
}
