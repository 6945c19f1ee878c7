package io.penstock.benchmarks.arm;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The events, and the function that every arm applies to each: it reads the whole value and returns
 * a new one of the same size.
 *
 * <p>A value is: id (8 bytes), time (8 bytes), mark (1 byte), filler, check sum (4 bytes).
 */
public final class Work {

  /** The size of a value in bytes. */
  public static final int VALUE_BYTES = 200;

  private static final int TIME_AT = 8;
  private static final int MARK_AT = 16;
  private static final int FILLER_AT = 17;
  private static final int SUM_AT = VALUE_BYTES - 4;
  private static final byte MADE = 'm';
  private static final byte APPLIED = 'a';

  private Work() {}

  /** Returns a new event's value; the time's unit and origin are the caller's. */
  public static byte[] make(long id, long time) {
    byte[] value = new byte[VALUE_BYTES];
    for (int i = FILLER_AT; i < SUM_AT; i++) {
      value[i] = (byte) ('a' + (id + i) % 26);
    }
    value[MARK_AT] = MADE;
    ByteBuffer.wrap(value).putLong(id).putLong(time).putInt(SUM_AT, sum(value));
    return value;
  }

  /**
   * The function: returns the value marked as applied.
   *
   * @throws IllegalArgumentException if the value isn't one that was made, or was applied already
   */
  public static byte[] apply(byte[] value) {
    check(value, MADE);
    byte[] result = Arrays.copyOf(value, value.length);
    result[MARK_AT] = APPLIED;
    ByteBuffer.wrap(result).putInt(SUM_AT, sum(result));
    return result;
  }

  /**
   * Returns the id in a result.
   *
   * @throws IllegalArgumentException if the value isn't a result of {@link #apply}
   */
  public static long resultId(byte[] result) {
    check(result, APPLIED);
    return ByteBuffer.wrap(result).getLong();
  }

  /** Returns the time that the event was made with. */
  public static long time(byte[] value) {
    return ByteBuffer.wrap(value).getLong(TIME_AT);
  }

  private static void check(byte[] value, byte mark) {
    if (value.length != VALUE_BYTES
        || value[MARK_AT] != mark
        || ByteBuffer.wrap(value).getInt(SUM_AT) != sum(value)) {
      throw new IllegalArgumentException(
          "A value of "
              + value.length
              + " bytes is no event of this benchmark marked '"
              + (char) mark
              + "'.");
    }
  }

  private static int sum(byte[] value) {
    int sum = 1;
    for (int i = 0; i < SUM_AT; i++) {
      sum = 31 * sum + value[i];
    }
    return sum;
  }
}
