package io.penstock.source.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.OrderKeys;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.config.Problems;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the lanes hold. */
class TemplateContentTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static TemplateContent content(long seed, int lanes, long keys, long count) {
    Template template =
        Template.parse("{{index}} {{key}} {{uuid}} {{random 1 1000000}}", "$", new Problems());
    return new TemplateContent(template, "made", seed, lanes, keys, count);
  }

  @Test
  void a_place_holds_the_same_record_always() {
    TemplateContent content = content(7, 3, 10, 100);
    GeneratedRecord first = content.record("demo", 2, 4, NOW);
    GeneratedRecord again = content(7, 3, 10, 100).record("demo", 2, 4, NOW);
    assertThat(again.event()).isEqualTo(first.event());
    assertThat(again.original().key()).isEqualTo(first.original().key());
    assertThat(content(8, 3, 10, 100).record("demo", 2, 4, NOW).event().text())
        .isNotEqualTo(first.event().text());

    assertThat(first.event().id()).isEqualTo("7-2-4");
    assertThat(first.event().source()).isEqualTo("generate://demo");
    assertThat(first.event().type()).isEqualTo("made");
    assertThat(first.event().time()).contains(NOW);
    assertThat(first.event().text()).startsWith("14 key-");
    assertThat(first.position()).isEqualTo(4);
    assertThat(first.sizeBytes()).isGreaterThan(first.event().data().length);
    assertThat(first.original().value()).isEqualTo(first.event().data());
  }

  @Test
  void the_index_counts_over_all_lanes_and_the_count_is_dealt_out() {
    for (int lanes = 1; lanes < 6; lanes++) {
      for (long count = 1; count < 20; count++) {
        TemplateContent content = content(1, lanes, 0, count);
        Set<Long> seen = new TreeSet<>();
        for (int lane = 0; lane < lanes; lane++) {
          for (long position = 0; position < content.end(lane); position++) {
            String text = content.record("demo", lane, position, NOW).event().text();
            seen.add(Long.parseLong(text.substring(0, text.indexOf(' '))));
          }
        }
        assertThat(seen).hasSize((int) count);
        assertThat(seen).contains(0L, count - 1);
      }
    }
    assertThat(content(1, 2, 0, 5).endless()).isFalse();
    assertThat(content(1, 2, 0, Long.MAX_VALUE).endless()).isTrue();
  }

  @Test
  void each_key_belongs_to_one_lane_and_all_are_used() {
    int lanes = 3;
    long keys = 10;
    TemplateContent content = content(5, lanes, keys, 100_000);
    Map<String, Integer> laneOfKey = new HashMap<>();
    for (int lane = 0; lane < lanes; lane++) {
      for (long position = 0; position < 1_000; position++) {
        GeneratedRecord record = content.record("demo", lane, position, NOW);
        String key = record.event().subject().orElseThrow();
        assertThat(laneOfKey.putIfAbsent(key, lane)).isIn(null, lane);
        assertThat(record.orderKey()).isEqualTo(OrderKeys.of(key));
        assertThat(new String(record.original().key(), java.nio.charset.StandardCharsets.UTF_8))
            .isEqualTo(key);
      }
    }
    assertThat(laneOfKey).hasSize((int) keys);
    assertThat(laneOfKey.keySet()).contains("key-0", "key-9");
  }

  @Test
  void without_keys_a_record_is_bound_to_no_other() {
    GeneratedRecord record = content(1, 1, 0, 10).record("demo", 0, 0, NOW);
    assertThat(record.orderKey()).isEqualTo(SourceRecord.NO_ORDER_KEY);
    assertThat(record.original().key()).isNull();
    assertThat(record.event().subject()).isEmpty();
  }
}
