package io.penstock.connector.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations, sizes and words. */
class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0ms,PT0S,0ms", "200ms,PT0.2S,200ms", "5s,PT5S,5s", "60s,PT1M,1m", "90s,PT1M30S,90s",
    "10m,PT10M,10m", "1h,PT1H,1h", "24h,PT24H,1d", "7d,PT168H,7d", "' 5 s ',PT5S,5s",
    "1500ms,PT1.5S,1500ms", "106751d,PT2562024H,106751d"
  })
  void durations_are_read_and_written(String text, Duration duration, String written) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.format(duration)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-5s",
        "5 sec",
        "1.5s",
        "5S",
        "1h30m",
        "106752d",
        "9999999999999999999999ms",
        "9223372036854775807h"
      })
  void what_is_no_duration_is_refused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "0B,0,0B",
    "512B,512,512B",
    "64KiB,65536,64KiB",
    "1MiB,1048576,1MiB",
    "1024MiB,1073741824,1GiB",
    "10kB,10000,10000B",
    "10MB,10000000,10000000B",
    "1GB,1000000000,1000000000B",
    "' 64 KiB ',65536,64KiB",
    "1536B,1536,1536B",
    "8589934591GiB,9223372035781033984,8589934591GiB"
  })
  void sizes_are_read_and_written(String text, long bytes, String written) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    assertThat(new ByteSize(bytes)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "MiB",
        "-1B",
        "1.5MiB",
        "1mib",
        "1TB",
        "8589934592GiB",
        "99999999999999999999B"
      })
  void what_is_no_size_is_refused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void what_is_written_is_read() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      ByteSize size = new ByteSize(random.nextLong() >>> 1 + random.nextInt(62));
      assertThat(ByteSize.parse(size.toString())).as("seed %s", seed).isEqualTo(size);
      Duration duration = Duration.ofMillis(random.nextLong() >>> 21 + random.nextInt(42));
      assertThat(Durations.parse(Durations.format(duration)))
          .as("seed %s", seed)
          .isEqualTo(duration);
    }
  }

  @Test
  void sizes_are_made_and_compared() {
    assertThat(ByteSize.ofKiB(3)).isEqualTo(new ByteSize(3_072));
    assertThat(ByteSize.ofMiB(3)).isGreaterThan(ByteSize.ofKiB(3));
    assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ByteSize.ofMiB(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "topcis,topics",
    "topic,topics",
    "Topics,topics",
    "grup,group",
    "bootstrap_servers,bootstrapServers",
    "bootstrapServer,bootstrapServers",
    "startat,startAt",
    "srtatAt,startAt"
  })
  void the_nearest_word_is_found(String word, String nearest) {
    assertThat(
            NearestWord.of(
                word, List.of("bootstrapServers", "topics", "topicPattern", "group", "startAt")))
        .contains(nearest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "zookeeper", "completely-else"})
  void no_word_is_near_to_what_is_far(String word) {
    assertThat(NearestWord.of(word, List.of("topics", "group", "startAt"))).isEmpty();
    assertThat(NearestWord.of(word, List.of())).isEmpty();
  }

  @Test
  void a_short_word_is_not_replaced_as_a_whole() {
    assertThat(NearestWord.of("ab", List.of("cd"))).isEmpty();
    assertThat(NearestWord.of("x".repeat(10_000), List.of("x".repeat(9_999)))).isEmpty();
  }
}
