package io.penstock.connector.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes.
 *
 * @param bytes zero or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

  private static final Pattern TEXT = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB|kB|MB|GB)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "B", 1L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "kB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L);

  /** Checks. */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size can't be negative: " + bytes);
    }
  }

  /** So many times 1,024 bytes. */
  public static ByteSize ofKiB(long kib) {
    return new ByteSize(Math.multiplyExact(kib, 1L << 10));
  }

  /** So many times 1,024 KiB. */
  public static ByteSize ofMiB(long mib) {
    return new ByteSize(Math.multiplyExact(mib, 1L << 20));
  }

  /**
   * Reads a text such as {@code 1MiB}, {@code 64 KiB}, {@code 10MB}, {@code 512B}.
   *
   * @throws IllegalArgumentException if it is anything else or too large
   */
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size: '" + text + "'");
    }
    try {
      long number = Long.parseLong(matcher.group(1));
      return new ByteSize(Math.multiplyExact(number, UNITS.getOrDefault(matcher.group(2), 1L)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("a size too large: '" + text + "'", e);
    }
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The largest binary unit that divides it, for example {@code 64MiB}. */
  @Override
  public String toString() {
    if (bytes == 0) {
      return "0B";
    }
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      long size = UNITS.getOrDefault(unit, 1L);
      if (bytes % size == 0) {
        return bytes / size + unit;
      }
    }
    return bytes + "B";
  }
}
