package io.penstock.source.file;

import io.penstock.connector.OrderKeys;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a file begins with: of what has been read of it, the first KiB. Tells a file from another
 * one that has got its place on the disk, or was written over it.
 *
 * @param length how many bytes it is made of
 * @param hash of them
 */
record Fingerprint(int length, long hash) {

  /** Nothing is known of the content yet. */
  static final Fingerprint NONE = new Fingerprint(0, 0);

  private static final int MAX_LENGTH = 1 << 10;

  /** Of what a file begins with. */
  static Fingerprint of(byte[] beginning) {
    byte[] head = Arrays.copyOf(beginning, Math.min(beginning.length, MAX_LENGTH));
    return new Fingerprint(head.length, OrderKeys.of(head));
  }

  boolean isKnown() {
    return hash != 0;
  }

  /**
   * The fingerprint after so much of the file was read; the same if that adds nothing, or the file
   * was written over meanwhile.
   */
  Fingerprint widened(OpenFile file, long readBytes) throws IOException {
    int wanted = (int) Math.min(readBytes, MAX_LENGTH);
    if (!isKnown() || wanted <= length) {
      return this;
    }
    byte[] head = new byte[wanted];
    boolean same =
        file.read(0, head, 0, wanted) == wanted
            && OrderKeys.of(Arrays.copyOf(head, length)) == hash;
    return same ? of(head) : this;
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
