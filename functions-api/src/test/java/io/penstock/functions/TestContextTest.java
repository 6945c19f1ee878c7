package io.penstock.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The context for unit tests. */
class TestContextTest {

  @Test
  void a_context_of_defaults() {
    TestContext context = TestContext.create();
    assertThat(context.function()).isEqualTo("test");
    assertThat(context.account()).isEqualTo("default");
    assertThat(context.attempt()).isEqualTo(1);
    assertThat(context.timeLeft()).isEqualTo(Duration.ofSeconds(30));
    assertThat(context.deadline()).isEqualTo(Instant.EPOCH.plusSeconds(30));
    assertThat(context.isCancelled()).isFalse();
    assertThat(context.settings()).isEmpty();
    assertThat(context.progressNotes()).isEmpty();
    assertThat(context.logger().getName()).isEqualTo("test");
  }

  @Test
  void a_context_with_everything_set() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    TestContext context =
        TestContext.create()
            .function("invoices")
            .account("acme")
            .attempt(3)
            .setting("currency", "EUR")
            .time(Clock.fixed(now, ZoneOffset.UTC), now.plusSeconds(2));
    assertThat(context.function()).isEqualTo("invoices");
    assertThat(context.account()).isEqualTo("acme");
    assertThat(context.attempt()).isEqualTo(3);
    assertThat(context.settings()).isEqualTo(Map.of("currency", "EUR"));
    assertThat(context.timeLeft()).isEqualTo(Duration.ofSeconds(2));
    assertThat(context.time(Clock.fixed(now, ZoneOffset.UTC), now.minusSeconds(2)).timeLeft())
        .as("at least zero")
        .isZero();
    assertThat(context.logger().getName()).isEqualTo("invoices");
  }

  @Test
  void settings_can_not_be_changed() {
    TestContext context = TestContext.create().setting("a", "1");
    assertThatThrownBy(() -> context.settings().put("b", "2"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void cancel_actions_run_once_and_at_once_when_it_is_too_late() {
    TestContext context = TestContext.create();
    List<String> ran = new ArrayList<>();
    context.onCancel(() -> ran.add("first"));
    context.onCancel(() -> ran.add("second"));
    assertThat(ran).isEmpty();
    context.cancel().cancel();
    assertThat(context.isCancelled()).isTrue();
    context.onCancel(() -> ran.add("late"));
    assertThat(ran).containsExactly("first", "second", "late");
  }

  @Test
  void progress_is_noted() {
    TestContext context = TestContext.create();
    context.progress(0, "begun");
    context.progress(0.504, "half");
    context.progress(1, "ready");
    assertThat(context.progressNotes()).containsExactly("0% begun", "50% half", "100% ready");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
  void progress_outside_0_to_1_is_refused(double fraction) {
    assertThatThrownBy(() -> TestContext.create().progress(fraction, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("between 0 and 1");
  }

  @Test
  void attempts_count_from_1() {
    assertThatThrownBy(() -> TestContext.create().attempt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or more");
  }
}
