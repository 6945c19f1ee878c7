package io.penstock.cloudevents;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times of CloudEvents: {@code 2026-01-31T23:59:59.5Z} or with {@code +01:00}. The JDK's
 * parser takes a microsecond for one, which is more than everything else for an event.
 */
final class Rfc3339 {

  private static final int DATE_AND_TIME = 19;

  private Rfc3339() {}

  /** The time, or null if the text is none. */
  static @Nullable Instant parse(String text) {
    if (text.length() <= DATE_AND_TIME || !hasMarks(text)) {
      return null;
    }
    int year = digits(text, 0, 4);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int offset = DATE_AND_TIME;
    int nanos = 0;
    if (text.charAt(offset) == '.') {
      int end = offset + 1;
      while (end < text.length() && isDigit(text.charAt(end))) {
        end++;
      }
      nanos = fraction(text, offset + 1, end);
      offset = end;
    }
    int offsetSeconds = offsetSeconds(text, offset);
    boolean inRange =
        hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
    if (!inRange || year < 0 || nanos < 0 || offsetSeconds == Integer.MIN_VALUE) {
      return null;
    }
    try {
      long day = LocalDate.of(year, digits(text, 5, 7), digits(text, 8, 10)).toEpochDay();
      long seconds = day * 86_400 + hour * 3_600L + minute * 60L + second - offsetSeconds;
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static boolean hasMarks(String text) {
    char t = text.charAt(10);
    return text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && (t == 'T' || t == 't')
        && text.charAt(13) == ':'
        && text.charAt(16) == ':';
  }

  /** Seconds east of Greenwich; {@link Integer#MIN_VALUE} if it says nothing of the kind. */
  private static int offsetSeconds(String text, int from) {
    int length = text.length() - from;
    if (length == 1 && (text.charAt(from) == 'Z' || text.charAt(from) == 'z')) {
      return 0;
    }
    if (length != 6 || text.charAt(from + 3) != ':') {
      return Integer.MIN_VALUE;
    }
    char sign = text.charAt(from);
    int hours = digits(text, from + 1, from + 3);
    int minutes = digits(text, from + 4, from + 6);
    if ((sign != '+' && sign != '-') || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3_600 + minutes * 60;
    return sign == '-' ? -seconds : seconds;
  }

  private static int fraction(String text, int from, int to) {
    if (to == from) {
      return -1;
    }
    int nanos = 0;
    for (int i = from; i < from + 9; i++) {
      nanos = nanos * 10 + (i < to ? text.charAt(i) - '0' : 0);
    }
    return nanos;
  }

  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
