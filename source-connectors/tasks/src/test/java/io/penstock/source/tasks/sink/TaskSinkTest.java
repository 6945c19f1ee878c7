package io.penstock.source.tasks.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import io.penstock.source.tasks.sink.TaskIntake.Wish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TaskSinkTest {

  private final List<Wish> taken = new ArrayList<>();
  private final TaskIntake intake =
      wish -> {
        taken.add(wish);
        return CompletableFuture.completedFuture(SinkOutcome.Delivered.INSTANCE);
      };

  private SinkOutcome deliver(String connector, String function, Event event) {
    TaskSinkProvider provider = new TaskSinkProvider();
    Problems problems = new Problems();
    Settings settings =
        provider.spec().read(Map.of("connector", connector, "function", function), "$", problems);
    assertThat(problems.list()).isEmpty();
    try (var sink = provider.create(settings, Path.of("."))) {
      sink.open(
          new SinkContext(
              "orders",
              1 << 20,
              Failpoints.NONE,
              name -> Optional.<Object>of(intake).filter(any -> name.equals("jobs"))));
      return sink.deliver(List.of(new SinkRecord(event, null, 0)))
          .toCompletableFuture()
          .join()
          .get(0);
    }
  }

  private static Event event(String id) {
    return Event.builder().id(id).source("/shop").type("paid").data(new byte[0]).build();
  }

  @Test
  void theSameEventIsTheSameTaskOfAFunctionAndAnotherOfAnother() {
    for (String function : List.of("bill", "bill", "ship")) {
      assertThat(deliver("jobs", function, event("1"))).isEqualTo(SinkOutcome.Delivered.INSTANCE);
    }
    deliver("jobs", "bill", event("2"));
    List<String> ids = taken.stream().map(Wish::id).toList();
    assertThat(ids.get(1)).isEqualTo(ids.get(0));
    assertThat(ids.subList(1, 4)).doesNotHaveDuplicates();
  }

  @Test
  void waitsForAConnectorThatDoesNotRun() {
    assertThat(deliver("others", "bill", event("1")))
        .isInstanceOfSatisfying(
            SinkOutcome.Retry.class, retry -> assertThat(retry.text()).contains("'others'"));
    assertThat(taken).isEmpty();
  }
}
