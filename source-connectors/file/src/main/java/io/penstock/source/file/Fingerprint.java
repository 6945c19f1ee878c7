package io.penstock.source.file;

import io.penstock.connector.OrderKeys;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a file begins with: its first line, or so much of it. Tells a file from another one that has
 * got its place on the disk, or was written over it.
 *
 * @param length how many bytes it is made of
 * @param hash of them
 */
record Fingerprint(int length, long hash) {

  /** Nothing is known of the content yet. */
  static final Fingerprint NONE = new Fingerprint(0, 0);

  private static final int MAX_LENGTH = 256;

  /** Of a file's first line, without its end. */
  static Fingerprint of(byte[] firstLine) {
    byte[] head = Arrays.copyOf(firstLine, Math.min(firstLine.length, MAX_LENGTH));
    return new Fingerprint(head.length, OrderKeys.of(head));
  }

  boolean isKnown() {
    return hash != 0;
  }

  /** Whether a file begins like that; every file does as long as nothing is known. */
  boolean fits(OpenFile file) throws IOException {
    if (!isKnown()) {
      return true;
    }
    byte[] head = new byte[length];
    return file.read(0, head, 0, length) == length && OrderKeys.of(head) == hash;
  }
}
