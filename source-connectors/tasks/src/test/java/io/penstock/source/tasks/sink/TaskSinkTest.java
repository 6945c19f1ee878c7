package io.penstock.source.tasks.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problems;
import io.penstock.functions.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Whose a task is that a sink hands in, by which id, and how often it is handed on. */
class TaskSinkTest {

  /** Keeps what it is given. */
  private static final class Kept implements TaskIntake {
    private final List<Wish> wishes = new ArrayList<>();

    @Override
    public CompletionStage<SinkOutcome> take(Wish wish) {
      wishes.add(wish);
      return CompletableFuture.completedFuture(SinkOutcome.Delivered.INSTANCE);
    }
  }

  private final Kept kept = new Kept();

  private Sink sink(String connector, Map<String, Object> more) {
    Map<String, Object> raw = new HashMap<>(more);
    raw.put("function", "next");
    TaskSinkProvider provider = new TaskSinkProvider();
    Problems problems = new Problems();
    Sink sink = provider.create(provider.spec().read(raw, "$", problems), Path.of("."));
    assertThat(problems.list()).isEmpty();
    sink.open(
        new SinkContext(
            connector,
            1 << 20,
            Failpoints.NONE,
            name -> name.equals("jobs") ? Optional.of(kept) : Optional.empty()));
    return sink;
  }

  private static SinkOutcome deliver(Sink sink, Event result, Event cause) {
    return sink.deliver(List.of(new SinkRecord(result, null, 0, cause)))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private static Event event(String id, String account, int hops) {
    return Event.builder()
        .id(id)
        .source("/tasks/" + account)
        .extension("penstockaccount", account)
        .extension("penstockhops", String.valueOf(hops))
        .text("x")
        .build();
  }

  @Test
  void aTaskOfATaskIsOfTheSameAccountWhateverTheResultSays() {
    Sink sink = sink("jobs", Map.of());
    deliver(sink, event("r", "globex", 0), event("c", "acme", 0));
    assertThat(kept.wishes.get(0).account()).isEqualTo("acme");
    assertThat(kept.wishes.get(0).function()).isEqualTo("next");
  }

  @Test
  void anEventOfAnotherConnectorIsNotBelieved() {
    deliver(
        sink("orders", Map.of("connector", "jobs")), event("r", "acme", 0), event("c", "acme", 0));
    deliver(
        sink("orders", Map.of("connector", "jobs", "account", "globex")),
        event("r", "acme", 0),
        event("c", "acme", 0));
    assertThat(kept.wishes)
        .extracting(TaskIntake.Wish::account)
        .containsExactly("default", "globex");
  }

  @Test
  void theSameResultIsTheSameTask() {
    Sink sink = sink("jobs", Map.of());
    deliver(sink, event("r", "acme", 0), event("c", "acme", 0));
    deliver(sink, event("r", "acme", 0), event("c", "acme", 0));
    deliver(sink, event("other", "acme", 0), event("c", "acme", 0));
    List<String> ids = kept.wishes.stream().map(TaskIntake.Wish::id).toList();
    assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
  }

  @Test
  void aCircleEnds() {
    Sink sink = sink("jobs", Map.of("maxHops", 3L));
    assertThat(deliver(sink, event("r", "acme", 0), event("c", "acme", 2)))
        .isInstanceOf(SinkOutcome.Delivered.class);
    assertThat(kept.wishes.get(0).hops()).isEqualTo(3);
    // The function has forgotten it, but its cause has not.
    assertThat(deliver(sink, event("r", "acme", 0), event("c", "acme", 3)))
        .isInstanceOf(SinkOutcome.Reject.class);
    assertThat(kept.wishes).hasSize(1);
  }

  @Test
  void aConnectorThatDoesNotRunIsTriedAgain() {
    assertThat(deliver(sink("orders", Map.of()), event("r", "a", 0), event("c", "a", 0)))
        .isInstanceOf(SinkOutcome.Retry.class);
  }
}
