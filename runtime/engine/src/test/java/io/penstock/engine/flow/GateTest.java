package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorStatus.LimitChange;
import io.penstock.engine.ConnectorStatus.RateChange;
import io.penstock.engine.ConnectorStatus.RateStatus;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.Seeds;
import io.penstock.engine.flow.Limit.Verdict;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final Instant AT = Instant.EPOCH;

  private final Gate gate =
      new Gate("f", new AimdLimit(ConcurrencyPolicy.aimd(1, 8, 2)), Gate.Rates.LEARNED, () -> 0.5);

  private static void leave(Gate left, long startNs, long endNs, Verdict verdict) {
    left.leave(new Departure(startNs, endNs, 1, verdict, 0), RetryPolicy.FOREVER, AT);
  }

  @Test
  void letsInAsManyAsTheLimit() {
    assertThat(gate.tryEnter(0)).isTrue();
    assertThat(gate.isOpen(0)).isTrue();
    assertThat(gate.tryEnter(0)).isTrue();
    assertThat(gate.isOpen(0)).isFalse();
    assertThat(gate.tryEnter(0)).isFalse();
    assertThat(gate.inFlight()).isEqualTo(2);
    leave(gate, 0, 1, Verdict.SERVED);
    assertThat(gate.tryEnter(1)).isTrue();
  }

  @Test
  void thoseThatEndTogetherHaveAllUsedTheLimit() {
    for (int round = 0; round < 20; round++) {
      int running = 0;
      while (gate.tryEnter(round)) {
        running++;
      }
      for (int i = 0; i < running; i++) {
        leave(gate, round, round + 1, Verdict.SERVED);
      }
    }
    assertThat(gate.limit()).isEqualTo(8);
  }

  @Test
  void staysShutUntilTheLatestTimeThatWasAsked() {
    gate.shutUntil(100);
    gate.shutUntil(50);
    assertThat(gate.opensAtNs(10)).isEqualTo(100);
    assertThat(gate.tryEnter(99)).isFalse();
    assertThat(gate.tryEnter(100)).isTrue();
    assertThat(gate.opensAtNs(100)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isShutForAsLongAsABackendAsks() {
    Gate any = gate(Gate.Rates.IGNORED);
    any.tryEnter(0);
    any.leave(new Departure(0, 5, 1, Verdict.THROTTLED, 100), RetryPolicy.FOREVER, AT);
    assertThat(any.isOpen(104)).isFalse();
    assertThat(any.opensAtNs(5)).isEqualTo(105);
    assertThat(any.isOpen(105)).isTrue();
  }

  @Test
  void isShutForABackoffFromTheSecondThrottleInARowOn() {
    Gate any = new Gate("f", new FixedLimit(8), Gate.Rates.IGNORED, () -> 0.5);
    any.tryEnter(0);
    any.tryEnter(0);
    leave(any, 0, 5, Verdict.THROTTLED);
    assertThat(any.isOpen(5)).as("one alone may have been one too many").isTrue();
    leave(any, 0, 6, Verdict.THROTTLED);
    assertThat(any.isOpen(6)).as("it started before the first one's answer").isTrue();
    any.tryEnter(10);
    leave(any, 10, 20, Verdict.THROTTLED);
    long backoff = RetryPolicy.FOREVER.backoffNs(1, 0.5);
    assertThat(any.opensAtNs(20)).isEqualTo(20 + backoff);
    long now = 20 + backoff;
    for (int i = 0; i < 20; i++) {
      any.tryEnter(now);
      leave(any, now, now + 1, Verdict.THROTTLED);
      assertThat(any.opensAtNs(now + 1) - now).isLessThanOrEqualTo(5_000_000_001L);
      now = any.opensAtNs(now + 1);
    }
    any.tryEnter(now);
    leave(any, now, now + 1, Verdict.SERVED);
    any.tryEnter(now + 1);
    leave(any, now + 1, now + 2, Verdict.THROTTLED);
    assertThat(any.isOpen(now + 2)).as("one was handled between").isTrue();
  }

  @Test
  void learnsARateOfBackendsThatSayWhenToComeBackAndTellsOfIt() {
    Gate any = gate(Gate.Rates.LEARNED);
    long second = 1_000_000_000L;
    long now = 0;
    for (int i = 0; i < 50; i++) {
      assertThat(any.tryEnter(now)).isTrue();
      leave(any, now, now + second / 20, Verdict.SERVED);
      now += second / 10;
    }
    assertThat(any.status("f", Optional.empty()).rate()).isEmpty();
    int limit = any.limit();
    any.tryEnter(now);
    any.leave(new Departure(now, now + 1, 1, Verdict.THROTTLED, second), RetryPolicy.FOREVER, AT);
    assertThat(any.limit()).as("too many at a time were not the reason").isEqualTo(limit);
    RateStatus rate = any.status("f", Optional.empty()).rate().orElseThrow();
    assertThat(rate.perSecond()).isBetween(7.0, 10.0);
    assertThat(rate.history())
        .hasSize(1)
        .first()
        .extracting(RateChange::cause)
        .isEqualTo("refused");

    now += 1 + second;
    int entered = 0;
    for (long end = now + 5 * second; now < end; now += second / 1_000) {
      if (any.tryEnter(now)) {
        entered++;
        leave(any, now, now, Verdict.SERVED);
      } else {
        assertThat(any.opensAtNs(now)).isGreaterThan(now);
      }
    }
    assertThat(entered).isBetween(38, 52);
  }

  private static Gate gate(Gate.Rates rates) {
    return new Gate("f", new AimdLimit(ConcurrencyPolicy.aimd(1, 8, 2)), rates, () -> 0.5);
  }

  @Test
  void tellsWhyTheLimitChanged() {
    gate.tryEnter(0);
    gate.tryEnter(0);
    leave(gate, 0, 5, Verdict.THROTTLED);
    assertThat(gate.limit()).isEqualTo(1);
    assertThat(gate.history()).containsExactly(new LimitChange(AT, 2, 1, "refused"));
  }

  @Test
  void keepsTheNewestChangesOnly() {
    long now = 0;
    for (int i = 0; i < 500; i++) {
      gate.tryEnter(now);
      leave(gate, now, now + 1, i % 20 == 0 ? Verdict.TIMED_OUT : Verdict.SERVED);
      now += 2;
    }
    assertThat(gate.history()).hasSizeLessThanOrEqualTo(64);
    assertThat(gate.inFlight()).isZero();
  }

  @Test
  void isBlockedWhenAllThatMayRunAreStuck() {
    gate.tryEnter(0);
    gate.tryEnter(0);
    gate.stuck();
    assertThat(gate.isBlocked()).isFalse();
    gate.stuck();
    assertThat(gate.isBlocked()).isTrue();
    assertThat(gate.stuckCount()).isEqualTo(2);
    gate.unstuck();
    leave(gate, 0, 5, Verdict.TIMED_OUT);
    assertThat(gate.stuckCount()).isEqualTo(1);
    assertThat(gate.inFlight()).isEqualTo(1);
    assertThat(gate.isBlocked()).as("the limit is 1 now, and that one is stuck").isTrue();
  }

  @Test
  void neverHoldsMoreThanTheLimitAllowedOnEntry() {
    Seeds.each(
        2_000,
        random -> {
          Gate any =
              new Gate(
                  "f",
                  new AimdLimit(ConcurrencyPolicy.aimd(1, 10, 5)),
                  Gate.Rates.LEARNED,
                  () -> 0.5);
          ArrayDeque<Long> running = new ArrayDeque<>();
          long now = 0;
          long shutUntil = Long.MIN_VALUE;
          for (int i = 0; i < 200; i++) {
            now += random.nextInt(5);
            if (random.nextInt(20) == 0) {
              long until = now + random.nextInt(10);
              shutUntil = Math.max(until, shutUntil);
              any.shutUntil(until);
            }
            if (random.nextBoolean()) {
              boolean expected = running.size() < any.limit() && now >= shutUntil;
              assertThat(any.isOpen(now)).isEqualTo(expected);
              assertThat(any.tryEnter(now)).isEqualTo(expected);
              if (expected) {
                running.add(now);
              }
            } else if (!running.isEmpty()) {
              Verdict verdict = random.nextInt(10) > 7 ? Verdict.TIMED_OUT : Verdict.SERVED;
              leave(any, running.poll(), now, verdict);
            }
            assertThat(any.inFlight()).isEqualTo(running.size());
            assertThat(any.opensAtNs(now)).isEqualTo(now < shutUntil ? shutUntil : Long.MAX_VALUE);
          }
        });
  }
}
