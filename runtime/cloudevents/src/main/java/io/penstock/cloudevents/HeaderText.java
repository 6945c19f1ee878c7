package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Attribute values as headers: what isn't printable ASCII, and space, quote and percent sign, as UTF-8
 * in percent-encoding, as the binding asks (3.1.3.2).
 */
public final class HeaderText {

  private static final String HEX = "0123456789ABCDEF";

  private HeaderText() {}

  /** The value of a header. */
  public static String encode(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isPlain(value.charAt(i))) {
        return encoded(value);
      }
    }
    return value;
  }

  /** A media type as a header: as it is, unless it can't stand in one. */
  public static String contentType(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? value : encode(value);
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '%';
  }

  private static String encoded(String value) {
    StringBuilder text = new StringBuilder(value.length() + 16);
    for (byte b : value.getBytes(UTF_8)) {
      int c = b & 0xff;
      if (isPlain(c)) {
        text.append((char) c);
      } else {
        text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return text.toString();
  }

  /**
   * What stood in a header, perhaps in quotes, as older versions of the binding wrote it. A percent
   * sign without two digits behind it stands for itself.
   *
   * @return null if it is not UTF-8
   */
  public static @Nullable String decode(String header) {
    String text = unquoted(header);
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
      if (low >= 0) {
        out.put((byte) (high << 4 | low));
        i += 2;
      } else {
        out.put(in[i]);
      }
    }
    try {
      return UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String unquoted(String header) {
    int end = header.length() - 1;
    if (end < 1 || header.charAt(0) != '"' || header.charAt(end) != '"') {
      return header;
    }
    StringBuilder text = new StringBuilder(end);
    for (int i = 1; i < end; i++) {
      if (header.charAt(i) == '\\' && i + 1 < end) {
        i++;
      }
      text.append(header.charAt(i));
    }
    return text.toString();
  }
}
