package io.penstock.connector;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A set of positions as sorted, disjoint, half-open ranges {@code [from, to)}. Immutable,
 * thread-safe.
 *
 * <p>Its text form is made for small metadata fields: {@code 1:} (the version), then Base64 of
 * variable-length numbers: the base, then each range as the distance from the end of the one before
 * and its length. The base is written so that a text that outlived its base (somebody moved a
 * committed position and kept its metadata) is told from one that belongs to it.
 *
 * <pre>
 *   base                                    ranges over base = 10: [12,15) [20,21)
 *    10  11 | 12  13  14 | 15 .. 19 | 20 |  encoded:  10  2 3  5 1
 * </pre>
 */
public final class PositionRanges {

  private static final String VERSION = "1:";
  private static final PositionRanges EMPTY = new PositionRanges(new long[0]);

  /** from, to, from, to ... */
  private final long[] bounds;

  private PositionRanges(long[] bounds) {
    this.bounds = bounds;
  }

  /** No positions. */
  public static PositionRanges empty() {
    return EMPTY;
  }

  /** Starts a set; ranges must be added in rising order. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether there is no position in it. */
  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** How many ranges there are. */
  public int size() {
    return bounds.length / 2;
  }

  /** The first position of range {@code index}. */
  public long from(int index) {
    return bounds[2 * index];
  }

  /** The position after the last of range {@code index}. */
  public long to(int index) {
    return bounds[2 * index + 1];
  }

  /** Whether the position is in the set. */
  public boolean contains(long position) {
    int found = Arrays.binarySearch(bounds, position);
    // A hit on an even index is a 'from' (inside), on an odd one a 'to' (outside); a miss between
    // a 'from' and its 'to' has an odd insertion point. Adjacent ranges are joined when built.
    return found >= 0 ? (found & 1) == 0 : ((-found - 1) & 1) == 1;
  }

  /**
   * Writes the set in at most {@code maxLength} characters, leaving out ranges from the high end if
   * they don't fit: leaving out is safe, it only repeats work after a restart.
   *
   * @param base no position of the set is below it; zero or more
   * @return the text; empty if the set is empty or nothing fits
   */
  public String encode(long base, int maxLength) {
    int maxBytes = (maxLength - VERSION.length()) / 4 * 3;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeVarint(out, base);
    int empty = out.size();
    long previous = base;
    for (int i = 0; i < bounds.length; i += 2) {
      int before = out.size();
      writeVarint(out, bounds[i] - previous);
      writeVarint(out, bounds[i + 1] - bounds[i]);
      if (out.size() > maxBytes) {
        byte[] fitting = Arrays.copyOf(out.toByteArray(), before);
        return fitting.length == empty ? "" : text(fitting);
      }
      previous = bounds[i + 1];
    }
    return out.size() == empty ? "" : text(out.toByteArray());
  }

  private static String text(byte[] bytes) {
    return VERSION + Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param base the same as when it was written
   * @throws DecodeException if the text is anything else, of a later version or another base, or cut
   *     short
   */
  public static PositionRanges decode(long base, String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    if (!text.startsWith(VERSION)) {
      throw new DecodeException("settled ranges: expected a text that starts with " + VERSION);
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text.substring(VERSION.length()));
    } catch (IllegalArgumentException e) {
      throw new DecodeException("settled ranges: not Base64 after the version", e);
    }
    Builder builder = builder();
    int[] at = {0};
    long writtenFor = readVarint(bytes, at);
    if (writtenFor != base) {
      throw new DecodeException(
          "settled ranges: they belong to " + writtenFor + ", not to " + base);
    }
    long previous = base;
    while (at[0] < bytes.length) {
      long from = sum(previous, readVarint(bytes, at));
      long to = sum(from, readVarint(bytes, at));
      builder.add(from, to);
      previous = to;
    }
    return builder.build();
  }

  private static long sum(long position, long distance) {
    long sum = position + distance;
    if (sum < position) {
      throw new DecodeException("settled ranges: a position beyond 63 bits");
    }
    return sum;
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a negative base, or a range below it: " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static long readVarint(byte[] bytes, int[] at) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (at[0] >= bytes.length) {
        throw new DecodeException("settled ranges: cut short");
      }
      byte b = bytes[at[0]++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new DecodeException("settled ranges: a number longer than 63 bits");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PositionRanges that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : " ")
          .append('[')
          .append(from(i))
          .append(',')
          .append(to(i))
          .append(')');
    }
    return text.toString();
  }

  /** Collects ranges in rising order, joining those that touch. Not thread-safe. */
  public static final class Builder {

    private long[] bounds = new long[8];
    private int used;

    private Builder() {}

    /**
     * Adds {@code [from, to)}.
     *
     * @throws DecodeException if it is empty or begins below the end of the one before
     */
    public Builder add(long from, long to) {
      if (to <= from || (used > 0 && from < bounds[used - 1])) {
        throw new DecodeException("settled ranges: [" + from + "," + to + ") is out of order");
      }
      if (used > 0 && bounds[used - 1] == from) {
        bounds[used - 1] = to;
        return this;
      }
      if (used == bounds.length) {
        bounds = Arrays.copyOf(bounds, used * 2);
      }
      bounds[used++] = from;
      bounds[used++] = to;
      return this;
    }

    /** Makes the set. */
    public PositionRanges build() {
      return used == 0 ? EMPTY : new PositionRanges(Arrays.copyOf(bounds, used));
    }
  }
}
