package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hashes of order keys, and the small types. */
class OrderKeysTest {

  @Test
  void equal_keys_have_equal_hashes_for_good() {
    assertThat(OrderKeys.of("customer-7"))
        .isEqualTo(OrderKeys.of("customer-7".getBytes(StandardCharsets.UTF_8)));
    // Not to be changed: workers of two versions must agree on what is ordered with what.
    assertThat(OrderKeys.of("customer-7")).isEqualTo(-6995165129928413170L);
    assertThat(OrderKeys.of("")).isEqualTo(-1166397803181037274L);
  }

  @Test
  void different_keys_have_different_hashes() {
    Set<Long> hashes = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      hashes.add(OrderKeys.of("key-" + i));
    }
    assertThat(hashes).hasSize(200_000).doesNotContain(SourceRecord.NO_ORDER_KEY);
  }

  @Test
  void hashes_are_spread_over_all_bits() {
    int[] ones = new int[64];
    int keys = 10_000;
    for (int i = 0; i < keys; i++) {
      long hash = OrderKeys.of("k" + i);
      for (int bit = 0; bit < 64; bit++) {
        ones[bit] += (int) (hash >>> bit & 1);
      }
    }
    for (int bit = 0; bit < 64; bit++) {
      assertThat(ones[bit]).as("bit %s", bit).isBetween(keys * 47 / 100, keys * 53 / 100);
    }
  }

  @Test
  void a_failure_says_what_is_to_be_done() {
    Exception cause = new IllegalStateException("x");
    ConnectorException retry = ConnectorException.retry("broker away", cause);
    assertThat(retry.category()).isEqualTo(ConnectorException.Category.RETRY);
    assertThat(retry).hasMessage("broker away").hasCause(cause);
    assertThat(ConnectorException.fatal("no topic", null).category())
        .isEqualTo(ConnectorException.Category.FATAL);
  }

  @Test
  void a_queue_has_a_lease() {
    Set<QueueCapability> has = EnumSet.of(QueueCapability.RENEW);
    QueueCapabilities capabilities =
        new QueueCapabilities(has, Duration.ofSeconds(30), Duration.ZERO, 16);
    has.clear();
    assertThat(capabilities.has()).containsExactly(QueueCapability.RENEW);
    for (Duration lease : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThatThrownBy(() -> new QueueCapabilities(Set.of(), lease, Duration.ZERO, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lease must be positive");
    }
  }

  @Test
  void a_lane_is_shown_by_its_name() {
    assertThat(new Lane("orders-3")).hasToString("orders-3").isEqualTo(new Lane("orders-3"));
  }
}
