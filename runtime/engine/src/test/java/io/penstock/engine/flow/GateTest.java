package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorStatus.LimitChange;
import io.penstock.engine.Seeds;
import io.penstock.engine.flow.Limit.Verdict;
import java.time.Instant;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final Instant AT = Instant.EPOCH;

  private final Gate gate = new Gate("f", new AimdLimit(new ConcurrencyPolicy(1, 8, 2)));

  @Test
  void letsInAsManyAsTheLimit() {
    assertThat(gate.tryEnter(0)).isTrue();
    assertThat(gate.isOpen(0)).isTrue();
    assertThat(gate.tryEnter(0)).isTrue();
    assertThat(gate.isOpen(0)).isFalse();
    assertThat(gate.tryEnter(0)).isFalse();
    assertThat(gate.inFlight()).isEqualTo(2);
    gate.leave(0, 1, Verdict.SERVED, AT);
    assertThat(gate.tryEnter(1)).isTrue();
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
  void tellsWhyTheLimitChanged() {
    gate.tryEnter(0);
    gate.tryEnter(0);
    gate.leave(0, 5, Verdict.THROTTLED, AT);
    assertThat(gate.limit()).isEqualTo(1);
    assertThat(gate.history()).containsExactly(new LimitChange(AT, 2, 1, "throttled"));
  }

  @Test
  void keepsTheNewestChangesOnly() {
    long now = 0;
    for (int i = 0; i < 500; i++) {
      gate.tryEnter(now);
      gate.leave(now, now + 1, i % 20 == 0 ? Verdict.TIMED_OUT : Verdict.SERVED, AT);
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
    gate.leave(0, 5, Verdict.TIMED_OUT, AT);
    assertThat(gate.stuckCount()).isEqualTo(1);
    assertThat(gate.inFlight()).isEqualTo(1);
    assertThat(gate.isBlocked()).as("the limit is 1 now, and that one is stuck").isTrue();
  }

  @Test
  void neverHoldsMoreThanTheLimitAllowedOnEntry() {
    Seeds.each(
        2_000,
        random -> {
          Gate any = new Gate("f", new AimdLimit(new ConcurrencyPolicy(1, 10, 5)));
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
              Verdict verdict = Verdict.values()[random.nextInt(10) / 8 * random.nextInt(3)];
              any.leave(running.poll(), now, verdict, AT);
            }
            assertThat(any.inFlight()).isEqualTo(running.size());
            assertThat(any.opensAtNs(now)).isEqualTo(now < shutUntil ? shutUntil : Long.MAX_VALUE);
          }
        });
  }
}
