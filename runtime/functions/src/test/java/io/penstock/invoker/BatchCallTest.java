package io.penstock.invoker;

import static io.penstock.invoker.Harness.callOnce;
import static io.penstock.invoker.Harness.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.InvocationResult;
import io.penstock.functions.AsyncBatchHandler;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.Outcome;
import io.penstock.functions.ThrottledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Handlers of batches, and asynchronous ones. */
class BatchCallTest {

  record Number(int n) {}

  /** What a batch handler does in a test. */
  @FunctionalInterface
  interface Script {
    BatchOutcome run(List<BatchItem<Number>> batch) throws Exception;
  }

  record Blocking(Script script) implements BatchHandler<Number> {
    @Override
    public BatchOutcome handle(List<BatchItem<Number>> batch, Context context) throws Exception {
      return script.run(batch);
    }
  }

  record Async(Script script) implements AsyncBatchHandler<Number> {
    @Override
    public CompletionStage<BatchOutcome> handle(List<BatchItem<Number>> batch, Context context) {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return script.run(batch);
            } catch (RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new java.util.concurrent.CompletionException(e);
            }
          });
    }
  }

  private static final String[] THREE = {"{\"n\":1}", "{\"n\":2}", "{\"n\":3}"};

  /** Runs the script in both kinds of batch handlers and checks that they agree. */
  private static InvocationResult both(Script script, String... payloads) {
    InvocationResult blocking = callOnce(new Blocking(script), payloads);
    InvocationResult async = callOnce(new Async(script), payloads);
    assertThat(async.toString()).isEqualTo(blocking.toString());
    return blocking;
  }

  @Test
  void all_done_speaks_for_every_event() {
    List<BatchItem<Number>> seen = new ArrayList<>();
    assertThat(
            both(
                batch -> {
                  seen.addAll(batch);
                  return BatchOutcome.allDone();
                },
                THREE))
        .isSameAs(InvocationResult.AllDone.INSTANCE);
    assertThat(seen.subList(0, 3).stream().map(item -> item.value().n())).containsExactly(1, 2, 3);
    assertThat(seen.get(0).event().id()).isEqualTo("e0");
  }

  @Test
  void outcomes_by_id_come_in_the_order_of_the_events() {
    InvocationResult result =
        both(
            batch ->
                BatchOutcome.builder()
                    .put("e2", Outcome.reject("no"))
                    .put("e0", Outcome.done())
                    .put("e1", Outcome.retryAfter(Duration.ofSeconds(1), "later"))
                    .build(),
            THREE);
    assertThat(outcomes(result))
        .containsExactly(
            EventOutcome.Done.EMPTY,
            new EventOutcome.Retry(Duration.ofSeconds(1), Failures.FUNCTION_RETRY, "later"),
            new EventOutcome.Reject(Failures.FUNCTION_REJECT, "no"));
  }

  @Test
  void a_missing_or_unknown_id_fails_the_batch() {
    assertFailed(
        both(batch -> BatchOutcome.builder().put("e0", Outcome.done()).build(), THREE),
        "the batch outcome lacks event 'e");
    assertFailed(
        both(
            batch -> {
              BatchOutcome.Builder builder = BatchOutcome.builder();
              batch.forEach(item -> builder.put(item.event(), Outcome.done()));
              return builder.put("e7", Outcome.done()).build();
            },
            THREE),
        "names event 'e7', which is not in the batch");
    assertFailed(both(batch -> null, THREE), "returned null instead of a batch outcome");
  }

  private static void assertFailed(InvocationResult result, String text) {
    assertThat(result)
        .isInstanceOfSatisfying(
            InvocationResult.Failed.class, failed -> assertThat(failed.text()).contains(text));
  }

  @Test
  void what_it_throws_fails_or_throttles_the_whole_batch() {
    assertThat(
            both(
                batch -> {
                  throw new java.io.IOException("disk");
                },
                THREE))
        .isEqualTo(
            new InvocationResult.Failed(Failures.FUNCTION_ERROR, "java.io.IOException: disk"));
    assertThat(
            both(
                batch -> {
                  throw new ThrottledException("429", Duration.ofSeconds(2));
                },
                THREE))
        .isEqualTo(new InvocationResult.Throttled(Duration.ofSeconds(2), "429"));
  }

  @Test
  void payloads_that_can_not_be_read_are_left_out_and_rejected() {
    List<Integer> seen = new ArrayList<>();
    List<EventOutcome> outcomes =
        outcomes(
            both(
                batch -> {
                  batch.forEach(item -> seen.add(item.value().n()));
                  return BatchOutcome.allDone();
                },
                "{\"n\":1}",
                "x",
                "{\"n\":3}"));
    assertThat(seen).containsExactly(1, 3, 1, 3);
    assertThat(outcomes.get(0)).isEqualTo(EventOutcome.Done.EMPTY);
    assertThat(outcomes.get(1))
        .isInstanceOfSatisfying(
            EventOutcome.Reject.class, r -> assertThat(r.code()).isEqualTo(Failures.BAD_INPUT));
    assertThat(outcomes.get(2)).isEqualTo(EventOutcome.Done.EMPTY);
  }

  @Test
  void a_batch_of_nothing_but_unreadable_payloads_calls_nothing() {
    List<EventOutcome> outcomes =
        outcomes(
            both(
                batch -> {
                  throw new AssertionError("called");
                },
                "x",
                "y"));
    assertThat(outcomes).allMatch(outcome -> outcome instanceof EventOutcome.Reject);
  }

  @Test
  void events_with_the_same_id_share_the_outcome() {
    FakeInvocation invocation =
        FakeInvocation.of(
            FakeInvocation.event("same", "{\"n\":1}"), FakeInvocation.event("same", "{\"n\":2}"));
    try (FunctionInvoker function =
        Harness.of(
            new Blocking(batch -> BatchOutcome.builder().put("same", Outcome.done("r")).build()))) {
      assertThat(outcomes(Harness.call(function, invocation))).hasSize(2);
    }
  }

  @Test
  void asynchronous_events_start_in_order_without_waiting() {
    List<CompletableFuture<String>> stages = new ArrayList<>();
    class Gathers implements AsyncEventHandler<String, String> {
      @Override
      public CompletionStage<String> handle(String input, Context context) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        if (stages.size() == 4) { // all have begun: complete them backwards
          stages.get(3).complete("d");
          stages.get(2).completeExceptionally(new java.io.IOException("disk"));
          stages.get(1).completeExceptionally(new ThrottledException("429", Duration.ZERO));
          stages.get(0).complete(null);
        }
        return stage;
      }
    }
    List<EventOutcome> outcomes = outcomes(callOnce(new Gathers(), "a", "b", "c", "d"));
    assertThat(outcomes.subList(0, 3))
        .containsExactly(
            EventOutcome.Done.EMPTY,
            new EventOutcome.Throttled(Duration.ZERO, "429"),
            new EventOutcome.Retry(
                Duration.ZERO, Failures.FUNCTION_ERROR, "java.io.IOException: disk"));
    assertThat(((EventOutcome.Done) outcomes.get(3)).results().get(0).text()).isEqualTo("d");
  }

  @Test
  void an_asynchronous_handler_may_throw_or_return_no_stage() {
    class Throws implements AsyncEventHandler<String, String> {
      @Override
      public CompletionStage<String> handle(String input, Context context) {
        return switch (input) {
          case "null" -> null;
          case "throttle" -> throw new ThrottledException("429", Duration.ZERO);
          case "throw" -> throw new IllegalStateException("boom");
          default -> CompletableFuture.completedFuture(null);
        };
      }
    }
    List<EventOutcome> outcomes =
        outcomes(callOnce(new Throws(), "null", "throw", "ok", "throttle", "ok"));
    EventOutcome throttled = new EventOutcome.Throttled(Duration.ZERO, "429");
    assertThat(outcomes)
        .containsExactly(
            new EventOutcome.Retry(
                Duration.ZERO,
                Failures.FUNCTION_ERROR,
                "the function returned null instead of a stage"),
            new EventOutcome.Retry(
                Duration.ZERO, Failures.FUNCTION_ERROR, "java.lang.IllegalStateException: boom"),
            EventOutcome.Done.EMPTY,
            throttled,
            throttled);
  }

  @Test
  void asynchronous_events_without_results_are_all_done() {
    class Quiet implements AsyncEventHandler<String, Void> {
      @Override
      public CompletionStage<Void> handle(String input, Context context) {
        return CompletableFuture.runAsync(() -> {});
      }
    }
    assertThat(callOnce(new Quiet(), "a", "b", "c")).isSameAs(InvocationResult.AllDone.INSTANCE);
  }
}
