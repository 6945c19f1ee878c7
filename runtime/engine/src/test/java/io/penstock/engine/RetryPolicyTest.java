package io.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final long LONGEST_NS = Duration.ofDays(100).toNanos();

  private static RetryPolicy policy(long initialNs, long maxNs) {
    return new RetryPolicy(
        OptionalInt.empty(),
        Duration.ofNanos(initialNs),
        Duration.ofNanos(maxNs),
        Optional.empty());
  }

  @Test
  void doublesUpToTheLongest() {
    RetryPolicy policy = policy(200, 1_000);
    assertThat(policy.backoffNs(1, 1)).isEqualTo(200);
    assertThat(policy.backoffNs(2, 1)).isEqualTo(400);
    assertThat(policy.backoffNs(3, 1)).isEqualTo(800);
    assertThat(policy.backoffNs(4, 1)).isEqualTo(1_000);
    assertThat(policy.backoffNs(4, 0)).isEqualTo(500);
    assertThat(policy.backoffNs(Integer.MAX_VALUE, 0.5)).isEqualTo(750);
  }

  @Test
  void isBetweenHalfOfTheComputedDelayAndAllOfIt() {
    Seeds.each(
        20_000,
        random -> {
          long initial = random.nextLong(1L << (1 + random.nextInt(50)));
          long max =
              Math.min(LONGEST_NS, initial + random.nextLong(1L << (1 + random.nextInt(60))));
          initial = Math.min(initial, max);
          int failures =
              random.nextBoolean()
                  ? 1 + random.nextInt(80)
                  : 1 + random.nextInt(Integer.MAX_VALUE - 1);
          double jitter = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
          long delay = policy(initial, max).backoffNs(failures, jitter);
          long computed =
              BigInteger.valueOf(initial)
                  .shiftLeft(Math.min(failures - 1, 200))
                  .min(BigInteger.valueOf(max))
                  .longValueExact();
          assertThat(delay)
              .as("initial %d, max %d, failures %d, jitter %f", initial, max, failures, jitter)
              .isBetween(computed / 2, computed);
        });
  }

  @Test
  void theLongestDurationDoesNotOverflow() {
    RetryPolicy policy = policy(1, Long.MAX_VALUE);
    for (int failures = 1; failures < 200; failures++) {
      assertThat(policy.backoffNs(failures, 1)).isNotNegative();
      assertThat(policy.backoffNs(failures, 0)).isNotNegative();
    }
  }

  @Test
  void noBackoffIsNone() {
    assertThat(policy(0, 0).backoffNs(1, 1)).isZero();
    assertThat(policy(0, 0).backoffNs(100, 1)).isZero();
  }

  @Test
  void countsAttempts() {
    RetryPolicy three = policy(1, 1).withMaxAttempts(3);
    assertThat(three.isExhausted(2)).isFalse();
    assertThat(three.isExhausted(3)).isTrue();
    assertThat(three.isExhausted(4)).isTrue();
    assertThat(RetryPolicy.FOREVER.isExhausted(Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void isCheckedWhenMade() {
    assertThatThrownBy(() -> policy(1, 1).withMaxAttempts(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy(-1, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
