package io.penstock.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.filter.EventPattern;
import io.penstock.engine.transform.TransformException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Payloads that a filter can't read and events that can't be transformed: never lost in silence. */
class UnreadableTest extends CoreBench {

  private static final String MATCH = "{\"a\": 1}";
  private static final String OTHER = "{\"a\": 2}";
  private static final String TRUNCATED = "{\"a\": 2";

  private static EventFilter filter() {
    return EventPattern.compile(
            Map.of("data", Map.of("a", List.of(1L))), "$.filter", new JsonCodec(), new Problems())
        .orElseThrow();
  }

  @Test
  void areDeadLetteredAndCounted() {
    ConnectorCore core = bench.add(plan().filter(filter()).onFailure(letters).build());
    append("a", TRUNCATED, MATCH, OTHER);
    pass(50);
    assertThat(function.ids()).containsExactly(List.of(MATCH));
    assertThat(letters.stored()).hasSize(1);
    assertThat(letters.stored().get(0).event().text())
        .contains("\"code\":\"UNREADABLE\"")
        .contains("it ends too early");
    ConnectorStatus.Counts counts = bench.status(core).counts();
    assertThat(counts.unreadable()).isEqualTo(1);
    assertThat(counts.deadLettered()).isEqualTo(1);
    assertThat(counts.filtered()).isEqualTo(1);
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  @Test
  void stopTheLaneIfNothingIsToBecomeOfFailures() {
    ConnectorCore core = bench.add(plan().filter(filter()).build());
    append("a", TRUNCATED, MATCH);
    pass(50);
    assertThat(bench.status(core).lanes().get(0).halted())
        .hasValueSatisfying(why -> assertThat(why).contains("UNREADABLE"));
    assertThat(log.committed("a")).isZero();
  }

  @Test
  void areFilteredCountedAndShownIfTheConnectorSaysSo() {
    ConnectorCore core =
        bench.add(plan().filter(filter()).unreadable(UnreadableData.NO_MATCH).build());
    append("a", TRUNCATED, MATCH, OTHER);
    pass(50);
    assertThat(function.ids()).containsExactly(List.of(MATCH));
    ConnectorStatus status = bench.status(core);
    assertThat(status.counts().unreadable()).isEqualTo(1);
    assertThat(status.counts().filtered()).isEqualTo(2);
    assertThat(status.lastError().orElseThrow().code()).isEqualTo("UNREADABLE");
    assertThat(status.lastError().orElseThrow().text()).contains("it ends too early");
    assertThat(log.committed("a")).isEqualTo(3);
    assertClean(core);
  }

  @Test
  void areDeadLetteredIfTheTransformFails() {
    ConnectorCore core =
        bench.add(
            plan()
                .transform(
                    (event, format) -> {
                      if (event.id().equals("b")) {
                        throw new TransformException("there is nothing at $.data.x");
                      }
                      return event;
                    })
                .onFailure(letters)
                .build());
    append("a", "a", "b");
    pass(50);
    assertThat(function.ids()).containsExactly(List.of("a"));
    assertThat(letters.stored().get(0).event().text())
        .contains("\"code\":\"TRANSFORM_FAILED\"")
        .contains("there is nothing at $.data.x");
    assertThat(bench.status(core).counts().unreadable()).isZero();
    assertClean(core);
  }
}
