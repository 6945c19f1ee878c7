package io.penstock.engine.filter;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are an IP address of a block in CIDR notation. An IPv4 address in IPv6's clothes,
 * {@code ::ffff:10.0.0.1}, is the IPv4 address. Nothing is looked up.
 *
 * @param high the upper 64 bits of the block's first address; an IPv4 address is a mapped one
 * @param low the lower 64 bits
 * @param bits how many leading bits of the 128 are fixed
 */
record Addresses(long high, long low, int bits) implements Condition {

  /** An address; IPv4 as {@code ::ffff:0:0/96}. */
  private record Address(long high, long low) {

    boolean isV4() {
      return high == 0 && low >>> 32 == 0xffff;
    }
  }

  private static final int GROUPS = 8;
  private static final int V4_OFFSET = 96;

  /** Reads a block, for example {@code 10.0.0.0/8}; empty if it is none. */
  static Optional<Addresses> parse(String text) {
    int slash = text.indexOf('/');
    Address address = slash < 0 ? null : address(text.substring(0, slash));
    if (address == null || text.length() - slash > 4) {
      return Optional.empty();
    }
    int bits = number(text, slash + 1, text.length(), 10);
    boolean dotted = text.indexOf('.') >= 0;
    if (bits < 0 || bits > (dotted && text.indexOf(':') < 0 ? 32 : 128)) {
      return Optional.empty();
    }
    int fixed = text.indexOf(':') < 0 ? bits + V4_OFFSET : bits;
    return Optional.of(
        new Addresses(
            address.high & mask(Math.min(fixed, 64)),
            address.low & mask(Math.max(fixed - 64, 0)),
            fixed));
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << (64 - bits);
  }

  @Override
  public boolean text(String value) {
    Address address = address(value);
    return address != null
        // A block of IPv6 that is wider than the mapped addresses is not meant for IPv4.
        && (bits >= V4_OFFSET || !address.isV4())
        && (address.high & mask(Math.min(bits, 64))) == high
        && (address.low & mask(Math.max(bits - 64, 0))) == low;
  }

  private static @Nullable Address address(String text) {
    if (text.length() > 45 || text.isEmpty()) { // the longest IPv6 with IPv4 at its end
      return null;
    }
    if (text.indexOf(':') >= 0) {
      return v6(text);
    }
    long v4 = v4(text, 0);
    return v4 < 0 ? null : new Address(0, 0xffffL << 32 | v4);
  }

  /** Four decimal numbers without leading zeros, which some would read as octal; -1 if not. */
  private static long v4(String text, int start) {
    long address = 0;
    int from = start;
    for (int i = 0; i < 4; i++) {
      int to = i == 3 ? text.length() : text.indexOf('.', from);
      if (to <= from || to - from > 3 || to - from > 1 && text.charAt(from) == '0') {
        return -1;
      }
      int number = number(text, from, to, 10);
      if (number < 0 || number > 255) {
        return -1;
      }
      address = address << 8 | number;
      from = to + 1;
    }
    return address;
  }

  private static @Nullable Address v6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = -1;
    int from = 0;
    if (text.startsWith("::")) {
      gap = 0;
      from = 2;
    }
    while (from < text.length()) {
      int to = text.indexOf(':', from);
      to = to < 0 ? text.length() : to;
      if (to == text.length() && text.indexOf('.', from) >= 0) {
        long v4 = v4(text, from);
        if (v4 < 0 || count > GROUPS - 2) {
          return null;
        }
        groups[count++] = (int) (v4 >>> 16);
        groups[count++] = (int) (v4 & 0xffff);
        break;
      }
      int group = to - from > 4 ? -1 : number(text, from, to, 16);
      if (group < 0 || count == GROUPS) {
        return null;
      }
      groups[count++] = group;
      from = to + 1;
      if (to < text.length()) {
        if (from < text.length() && text.charAt(from) == ':') {
          if (gap >= 0) {
            return null;
          }
          gap = count;
          from++;
        } else if (from == text.length()) {
          return null; // a colon at the end
        }
      }
    }
    if (gap < 0 ? count != GROUPS : count == GROUPS) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < GROUPS; i++) {
      boolean inGap = gap >= 0 && i >= gap && i < gap + GROUPS - count;
      long group = inGap ? 0 : groups[gap >= 0 && i >= gap ? i - (GROUPS - count) : i];
      if (i < GROUPS / 2) {
        high = high << 16 | group;
      } else {
        low = low << 16 | group;
      }
    }
    return new Address(high, low);
  }

  /** Digits only; -1 if there is anything else, or nothing. */
  private static int number(String text, int from, int to, int radix) {
    int number = from < to ? 0 : -1;
    for (int i = from; i < to && number >= 0; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      number = digit < 0 ? -1 : number * radix + digit;
    }
    return number;
  }
}
