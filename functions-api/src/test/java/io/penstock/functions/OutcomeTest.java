package io.penstock.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Outcomes of events and batches. */
class OutcomeTest {

  @Test
  void done_has_results_and_nothing_else() {
    assertThat(Outcome.done().results()).isEmpty();
    for (Outcome outcome : List.of(Outcome.done(), Outcome.done("a"), Outcome.doneAll(List.of()))) {
      assertThat(outcome.isDone()).isTrue();
      assertThat(outcome.isRetry()).isFalse();
      assertThat(outcome.isReject()).isFalse();
      assertThat(outcome.delay()).isEmpty();
      assertThat(outcome.reason()).isEmpty();
    }
    assertThat(Outcome.done("a").results()).hasToString("[a]");
    assertThatThrownBy(() -> Outcome.done(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void results_are_copied_in_their_order() {
    List<Object> results = new ArrayList<>(List.of("a", 2));
    Outcome outcome = Outcome.doneAll(results);
    results.clear();
    assertThat(outcome.results()).hasToString("[a, 2]");
    assertThatThrownBy(() -> outcome.results().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Outcome.doneAll(Arrays.asList("a", null)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void retry_has_a_delay_and_a_reason() {
    Outcome outcome = Outcome.retryAfter(Duration.ofSeconds(3), "locked");
    assertThat(outcome.isRetry()).isTrue();
    assertThat(outcome.isDone()).isFalse();
    assertThat(outcome.isReject()).isFalse();
    assertThat(outcome.delay()).contains(Duration.ofSeconds(3));
    assertThat(outcome.reason()).contains("locked");
    assertThat(outcome.results()).isEmpty();
    assertThat(Outcome.retryAfter(Duration.ZERO).reason())
        .contains("the function asked for a retry");
    assertThatThrownBy(() -> Outcome.retryAfter(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be negative");
  }

  @Test
  void reject_has_a_reason() {
    Outcome outcome = Outcome.reject("no such customer");
    assertThat(outcome.isReject()).isTrue();
    assertThat(outcome.isDone()).isFalse();
    assertThat(outcome.isRetry()).isFalse();
    assertThat(outcome.reason()).contains("no such customer");
    assertThat(outcome.delay()).isEmpty();
    assertThat(outcome.results()).isEmpty();
    assertThatThrownBy(() -> Outcome.reject(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void outcomes_are_values() {
    assertThat(Outcome.done("a"))
        .isEqualTo(Outcome.doneAll(List.of("a")))
        .hasSameHashCodeAs(Outcome.done("a"))
        .isNotEqualTo(Outcome.done("b"))
        .isNotEqualTo(Outcome.reject("a"))
        .hasToString("done[a]");
    assertThat(Outcome.reject("a")).isNotEqualTo(Outcome.reject("b")).hasToString("reject (a)");
    assertThat(Outcome.retryAfter(Duration.ofSeconds(1), "a"))
        .isNotEqualTo(Outcome.retryAfter(Duration.ofSeconds(2), "a"))
        .hasToString("retry after PT1S (a)");
  }

  @Test
  void all_done_names_no_event() {
    BatchOutcome outcome = BatchOutcome.allDone();
    assertThat(outcome.isAllDone()).isTrue();
    assertThat(outcome.outcomes()).isEmpty();
    assertThat(outcome.outcome("1")).isEmpty();
    assertThat(outcome).hasToString("all done");
  }

  @Test
  void a_batch_outcome_names_each_event_once() {
    Event event = Event.builder().id("2").build();
    BatchOutcome.Builder builder =
        BatchOutcome.builder().put("1", Outcome.reject("x")).put(event, Outcome.done());
    BatchOutcome outcome = builder.build();
    assertThatThrownBy(() -> builder.put("2", Outcome.done()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("event '2' has an outcome already");
    builder.put("3", Outcome.done());

    assertThat(outcome.isAllDone()).isFalse();
    assertThat(outcome.outcomes().keySet()).containsExactly("1", "2");
    assertThat(outcome.outcome("2")).contains(Outcome.done());
    assertThat(outcome.outcome("3")).isEmpty();
    assertThat(outcome).hasToString("{1=reject (x), 2=done[]}");
    assertThatThrownBy(() -> outcome.outcomes().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> builder.put("4", null)).isInstanceOf(NullPointerException.class);
    assertThat(BatchOutcome.builder().build().isAllDone()).as("names nobody").isFalse();
  }

  @Test
  void a_throttle_says_how_long_to_wait() {
    ThrottledException thrown = new ThrottledException("429", Duration.ofSeconds(1));
    assertThat(thrown).hasMessage("429");
    assertThat(thrown.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThatThrownBy(() -> new ThrottledException("x", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
