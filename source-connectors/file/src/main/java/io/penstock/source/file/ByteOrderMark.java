package io.penstock.source.file;

import java.util.Arrays;

/** The mark that some editors put before UTF-8; it belongs to no line. */
final class ByteOrderMark {

  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private ByteOrderMark() {}

  /** The bytes without a mark at their beginning; the same array if there is none. */
  static byte[] without(byte[] bytes) {
    boolean marked =
        bytes.length >= MARK.length
            && bytes[0] == MARK[0]
            && bytes[1] == MARK[1]
            && bytes[2] == MARK[2];
    return marked ? Arrays.copyOfRange(bytes, MARK.length, bytes.length) : bytes;
  }
}
