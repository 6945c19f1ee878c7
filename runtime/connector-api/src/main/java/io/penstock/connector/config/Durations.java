package io.penstock.connector.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes durations as {@code 200ms}, {@code 5s}, {@code 10m}, {@code 1h}, {@code 7d}. */
public final class Durations {

  private static final Pattern TEXT = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text is anything else or too large
   */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration: '" + text + "'");
    }
    try {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      return Duration.ofNanos(
          duration.toNanos()); // what can't be counted in nanoseconds is too long
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("a duration too long: '" + text + "'", e);
    }
  }

  /** The largest unit that divides it, down to milliseconds. */
  public static String format(Duration duration) {
    long ms = duration.toMillis();
    if (ms % 1_000 != 0 || ms == 0) {
      return ms + "ms";
    }
    long s = ms / 1_000;
    if (s % 60 != 0) {
      return s + "s";
    }
    if (s % 3_600 != 0) {
      return s / 60 + "m";
    }
    return s % 86_400 != 0 ? s / 3_600 + "h" : s / 86_400 + "d";
  }
}
