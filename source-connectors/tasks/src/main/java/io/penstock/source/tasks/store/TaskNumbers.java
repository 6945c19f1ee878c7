package io.penstock.source.tasks.store;

import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Gives tasks their numbers, which rise with time: milliseconds since the epoch, and 20 bits that
 * tell apart what came in one of them, and through which worker. Thread-safe.
 */
public final class TaskNumbers {

  private static final int BITS = 20;
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 13;

  /** How many workers may give numbers at the same time, each with a place of its own. */
  static final int PLACES = 64;

  private final InstantSource clock;
  private final int place;
  private long last;

  /**
   * Goes on from a number.
   *
   * @param last the highest that was given; 0 if there was none
   * @param place from 0 to {@link #PLACES}, exclusive: no two with the same make the same number
   */
  public TaskNumbers(InstantSource clock, long last, int place) {
    this.clock = clock;
    this.place = place;
    this.last = last;
  }

  /** The next number, higher than all before even when the clock was set back. */
  public synchronized long next() {
    long after = (last / PLACES + 1) * PLACES;
    last = Math.max(after, first(clock.millis())) + place;
    return last;
  }

  /** The first number of a millisecond. */
  public static long first(long epochMs) {
    return epochMs << BITS;
  }

  /** When a number was given, in milliseconds since the epoch. */
  public static long timeMs(long number) {
    return number >>> BITS;
  }

  /** As a text that sorts like the number. */
  public static String text(long number) {
    char[] text = new char[LENGTH];
    long rest = number;
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt((int) (rest & 31));
      rest >>>= 5;
    }
    return new String(text);
  }

  /** The number that a text stands for; empty if it stands for none. */
  public static OptionalLong number(String text) {
    if (text.length() != LENGTH || text.charAt(0) > '7') {
      return OptionalLong.empty();
    }
    long number = 0;
    for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
      int digit = DIGITS.indexOf(c);
      if (digit < 0) {
        return OptionalLong.empty();
      }
      number = number << 5 | digit;
    }
    return OptionalLong.of(number);
  }
}
