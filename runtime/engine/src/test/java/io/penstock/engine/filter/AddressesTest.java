package io.penstock.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.Seeds;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3/8, 10.0.0.0, true",
    "10.0.0.1/32, 10.0.0.1, true",
    "10.0.0.1/32, 10.0.0.2, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 10.0.0.1, false",
    "::/0, ffff::, true",
    "2001:db8::/32, 2001:DB8:ffff::1, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8::1/128, 2001:db8:0:0::1, true",
    "2001:db8::1/127, 2001:db8::, true",
    "fe80::/65, fe80::7fff:0:0:1, true",
    "fe80::/65, fe80::8000:0:0:1, false",
    "::ffff:10.0.0.0/104, 10.1.1.1, true",
    "10.0.0.0/8, ::ffff:10.0.0.1, true",
    "10.0.0.0/8, ::ffff:a00:1, true",
    "10.0.0.0/8, ::10.0.0.1, false",
  })
  void holdsTheAddressesOfABlock(String block, String address, boolean holds) {
    assertThat(Addresses.parse(block).orElseThrow().text(address)).isEqualTo(holds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "01.2.3.4",
        "1.2.3.04",
        "1.2.3.-4",
        "1.2.3.4 ",
        "1.2.3.٤",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "12345::",
        "g::",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7::8",
        "::1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "fe80::1%eth0",
        "[::1]",
        "localhost",
        "-1::",
      })
  void doesNotHoldWhatIsNoAddress(String text) {
    assertThat(Addresses.parse("0.0.0.0/0").orElseThrow().text(text)).isFalse();
    assertThat(Addresses.parse("::/0").orElseThrow().text(text)).isFalse();
    assertThat(Addresses.parse(text + "/1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "::/129",
        "::/0x1",
        "::/1000"
      })
  void refusesWhatIsNoBlock(String text) {
    assertThat(Addresses.parse(text)).isEmpty();
  }

  @Test
  void readsAddressesAsTheJdkDoes() {
    Seeds.each(
        20_000,
        random -> {
          byte[] address = new byte[random.nextBoolean() ? 4 : 16];
          byte[] base = new byte[address.length];
          for (int i = 0; i < address.length; i++) {
            address[i] = random.nextInt(3) > 0 ? 0 : (byte) random.nextInt(256);
            base[i] = random.nextInt(8) > 0 ? address[i] : (byte) random.nextInt(256);
          }
          int bits = random.nextInt(address.length * 8 + 1);
          boolean mapped = isMapped(address) || isMapped(base);
          String block = spelled(base, random) + "/" + bits;
          assertThat(mapped || sameStart(address, base, bits))
              .as("%s in %s", spelled(address, random), block)
              .isEqualTo(
                  mapped || Addresses.parse(block).orElseThrow().text(spelled(address, random)));
        });
  }

  private static boolean isMapped(byte[] address) {
    return address.length == 16
        && address[10] == -1
        && address[11] == -1
        && Arrays.equals(address, 0, 10, new byte[10], 0, 10);
  }

  private static boolean sameStart(byte[] one, byte[] other, int bits) {
    for (int i = 0; i < bits; i++) {
      int bit = 0x80 >> i % 8;
      if ((one[i / 8] & bit) != (other[i / 8] & bit)) {
        return false;
      }
    }
    return true;
  }

  /** As the JDK writes it, with its longest row of zeros left out or not. */
  private static String spelled(byte[] address, SplittableRandom random) {
    try {
      String text = InetAddress.getByAddress(address).getHostAddress();
      if (address.length == 4 || random.nextBoolean()) {
        return text;
      }
      String shorter = text.replaceFirst("(^|:)0(:0)+(:|$)", "::");
      return random.nextBoolean() ? shorter : shorter.toUpperCase(Locale.ROOT);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
