package io.penstock.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

  @Test
  void readsWhatTheJdkWrites() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      long seconds = random.nextLong(-62_135_596_800L, 253_402_300_799L);
      Instant instant = Instant.ofEpochSecond(seconds, random.nextInt(1_000_000_000));
      if (i % 3 == 0) {
        instant = Instant.ofEpochSecond(seconds, random.nextInt(1_000) * 1_000_000L);
      }
      assertThat(Rfc3339.parse(instant.toString())).isEqualTo(instant);
      OffsetDateTime elsewhere =
          instant.atOffset(ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60)));
      if (elsewhere.getYear() > 0 && elsewhere.getYear() < 10_000 && elsewhere.getSecond() > 0) {
        assertThat(Rfc3339.parse(elsewhere.toString())).isEqualTo(instant);
      }
    }
  }

  @Test
  void readsLowerCaseAndLongFractions() {
    assertThat(Rfc3339.parse("2026-01-31t23:59:59.1234567899z"))
        .isEqualTo(Instant.parse("2026-01-31T23:59:59.123456789Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-01-31",
        "2026-01-31T23:59:59",
        "2026-01-31 23:59:59Z",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T23:60:00Z",
        "2026-01-31T23:59:59.Z",
        "2026-01-31T23:59:59+0100",
        "2026-01-31T23:59:59+01:60",
        "2026-01-31T23:59:59Zulu",
        "20x6-01-31T23:59:59Z"
      })
  void knowsWhatIsNoTime(String text) {
    assertThat(Rfc3339.parse(text)).isNull();
  }
}
