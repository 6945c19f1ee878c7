package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sink that calls a function. */
class FunctionSinkTest {

  /** Does what the event says. */
  public static final class Obedient implements EventHandler<Event, Object> {
    @Override
    public Object handle(Event event, Context context) throws InterruptedException {
      return switch (event.text()) {
        case "retry" -> Outcome.retryAfter(Duration.ofSeconds(1), "not now");
        case "reject" -> Outcome.reject("never");
        case "fail" -> throw new IllegalStateException("broken");
        case "hang" -> {
          new CountDownLatch(1).await();
          yield null;
        }
        case "hops" -> Outcome.reject(event.extensions().get("penstockhops"));
        default -> "a result that goes nowhere";
      };
    }
  }

  private final FunctionSinkProvider provider = new FunctionSinkProvider();
  private Sink sink;

  private Settings settings(Map<String, Object> function, Problems problems) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("function", function);
    raw.put("timeout", "2s");
    raw.put("maxHops", 3L);
    Settings settings = provider.spec().read(raw, "$.onSuccess[0]", problems);
    if (problems.isEmpty()) {
      provider.check(settings, Path.of("."), problems);
    }
    return settings;
  }

  private SinkOutcome deliver(String text, String hops) {
    Problems problems = new Problems();
    Settings settings =
        settings(Map.of("type", "java", "handler", Obedient.class.getName()), problems);
    assertThat(problems.list()).isEmpty();
    sink = provider.create(settings, Path.of("."));
    sink.open(new SinkContext("orders", 1 << 20, Failpoints.NONE));
    Event event = Event.builder().id("e").extension("penstockhops", hops).text(text).build();
    return sink.deliver(List.of(new SinkRecord(event, null, 0)))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  @AfterEach
  void close() {
    if (sink != null) {
      sink.close();
    }
  }

  @Test
  void whatBecomesOfTheEventBecomesOfTheDelivery() {
    assertThat(deliver("good", "0")).isInstanceOf(SinkOutcome.Delivered.class);
    close();
    assertThat(deliver("retry", "0").toString()).contains("Retry", "not now");
    close();
    assertThat(deliver("reject", "0").toString()).contains("Reject", "never");
    close();
    assertThat(deliver("fail", "0").toString()).contains("Retry", "broken");
  }

  @Test
  void aCallThatHangsFailsInTime() {
    assertThat(deliver("hang", "0").toString()).contains("Retry", "2000 ms");
  }

  @Test
  void hopsAreCountedAndBounded() {
    assertThat(deliver("hops", "2").toString()).contains("Reject", "3");
    close();
    assertThat(deliver("good", "3").toString()).contains("Reject", "maxHops");
  }

  @Test
  void whatIsWrongWithTheFunctionIsToldWithItsPath() {
    assertThat(paths(Map.of("type", "jawa"))).contains("$.onSuccess[0].function.type");
    assertThat(paths(Map.of("type", "http"))).contains("$.onSuccess[0].function.url");
    assertThat(paths(Map.of("handler", "x"))).contains("$.onSuccess[0].function");
  }

  private List<String> paths(Map<String, Object> function) {
    Problems problems = new Problems();
    settings(function, problems);
    return problems.list().stream().map(Problem::path).toList();
  }
}
