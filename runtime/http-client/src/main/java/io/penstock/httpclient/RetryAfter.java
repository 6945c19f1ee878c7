package io.penstock.httpclient;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code Retry-After}: seconds, or a date of HTTP. */
final class RetryAfter {

  /** A longer delay is taken for a mistake of the server's: it would look like a standstill here. */
  static final Duration LONGEST = Duration.ofHours(1);

  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /**
   * The delay that was asked for, from zero to {@link #LONGEST}.
   *
   * @param header null if there was none
   * @return empty if there was none or it can't be read
   */
  static Optional<Duration> parse(@Nullable String header, Instant now) {
    if (header == null) {
      return Optional.empty();
    }
    String text = header.strip();
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.of(
          text.length() > MAX_DIGITS ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(text))));
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(bounded(Duration.between(now, at)));
    } catch (DateTimeException e) {
      return Optional.empty(); // no delay was asked for that could be understood
    }
  }

  private static Duration bounded(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }
}
