package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;

/**
 * Writes times as RFC 3339 has them, in UTC, the same as {@link Instant#toString} does. Most times of
 * a stream are of one second: what that begins with is written once. Used by one thread.
 */
public final class TimeText {

  private static final int TO_SECONDS = "2026-01-31T23:59:59".length();
  private static final int NANOS_A_MILLI = 1_000_000;

  private long second = Long.MIN_VALUE;
  private byte[] untilSecond = {};

  /** Remembers nothing yet. */
  public TimeText() {}

  /** The text of a time. */
  public String text(Instant time) {
    return new String(bytes(time), US_ASCII);
  }

  /** The text of a time, in ASCII. */
  public byte[] bytes(Instant time) {
    int millis = time.getNano() / NANOS_A_MILLI;
    if (millis == 0 || time.getNano() % NANOS_A_MILLI != 0 || !remember(time)) {
      return time.toString().getBytes(US_ASCII);
    }
    byte[] text = new byte[TO_SECONDS + 5];
    System.arraycopy(untilSecond, 0, text, 0, TO_SECONDS);
    text[TO_SECONDS] = '.';
    text[TO_SECONDS + 1] = (byte) ('0' + millis / 100);
    text[TO_SECONDS + 2] = (byte) ('0' + millis / 10 % 10);
    text[TO_SECONDS + 3] = (byte) ('0' + millis % 10);
    text[TO_SECONDS + 4] = 'Z';
    return text;
  }

  /** Whether the text until the time's second is known; years beyond 9999 are longer. */
  private boolean remember(Instant time) {
    if (time.getEpochSecond() != second) {
      untilSecond = time.toString().getBytes(US_ASCII);
      second = time.getEpochSecond();
    }
    return untilSecond.length == TO_SECONDS + 5;
  }
}
