package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {

  private final TimeText times = new TimeText();

  private void check(Instant time) {
    assertThat(new String(times.bytes(time), US_ASCII)).isEqualTo(time.toString());
    assertThat(times.text(time)).isEqualTo(time.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "2026-11-22T12:30:59.001Z",
        "2026-11-22T12:30:59.000001Z",
        "2026-11-22T12:30:59.120Z",
        "1969-12-31T23:59:59.999Z",
        "-0001-01-01T00:00:00.500Z",
        "+12026-11-22T12:30:59.999Z"
      })
  void writesWhatInstantWrites(String text) {
    check(Instant.parse(text));
  }

  @Test
  void writesTimesOfAStreamAsInstantDoes() {
    SplittableRandom random = new SplittableRandom(1);
    long ms = 1_700_000_000_000L;
    for (int i = 0; i < 10_000; i++) {
      ms += random.nextInt(-300, 700);
      check(Instant.ofEpochMilli(ms).plusNanos(random.nextInt(20) == 0 ? 5 : 0));
    }
  }
}
