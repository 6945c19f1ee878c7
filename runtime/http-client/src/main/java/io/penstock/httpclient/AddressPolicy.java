package io.penstock.httpclient;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tells addresses of the wide world from those of this machine and of private networks, which a URL
 * of somebody else's must not reach when the operator says so.
 */
final class AddressPolicy {

  private AddressPolicy() {}

  /** What keeps an address from being a public one; empty if it is one. */
  static Optional<String> notPublic(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return Optional.of("a loopback address");
    }
    if (address.isLinkLocalAddress()) {
      return Optional.of("a link-local address");
    }
    if (address.isMulticastAddress()) {
      return Optional.of("a multicast address");
    }
    if (address.isAnyLocalAddress()) {
      return Optional.of("the unspecified address");
    }
    if (address.isSiteLocalAddress()) {
      return Optional.of("a private address");
    }
    return address instanceof Inet6Address v6
        ? notPublic(v6.getAddress())
        : notPublicV4(address.getAddress());
  }

  private static Optional<String> notPublicV4(byte[] b) {
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    if (first == 100 && second >= 64 && second < 128) {
      return Optional.of("a carrier's shared address");
    }
    boolean benchmark = first == 198 && (second == 18 || second == 19);
    boolean protocol = first == 192 && second == 0 && b[2] == 0;
    if (first == 0 || first >= 240 || benchmark || protocol) {
      return Optional.of("a reserved address");
    }
    return Optional.empty();
  }

  private static Optional<String> notPublic(byte[] b) {
    if ((b[0] & 0xfe) == 0xfc) {
      return Optional.of("a unique local address");
    }
    if (startsWith(b, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)) {
      return Optional.of("an address of local translation"); // 64:ff9b:1::/48, RFC 8215
    }
    // Forms that carry an IPv4 address: compatible, translated (64:ff9b::/96) and 6to4 (2002::/16).
    if (isZero(b, 0, 12) || (startsWith(b, 0x00, 0x64, 0xff, 0x9b) && isZero(b, 4, 12))) {
      return notPublic(v4(b, 12)).map(what -> what + " in an IPv6 address");
    }
    if (startsWith(b, 0x20, 0x02)) {
      return notPublic(v4(b, 2)).map(what -> what + " in a 6to4 address");
    }
    return Optional.empty();
  }

  private static boolean isZero(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] b, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((b[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress v4(byte[] b, int from) {
    try {
      return Inet4Address.getByAddress(Arrays.copyOfRange(b, from, from + 4));
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
