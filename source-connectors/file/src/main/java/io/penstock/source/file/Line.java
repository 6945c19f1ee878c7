package io.penstock.source.file;

/**
 * A line of a file.
 *
 * @param offset where it begins
 * @param length how long it is, without its end, in bytes
 * @param bytes all of it; only its beginning if it is longer than a line may be
 * @param next where the next one begins
 */
record Line(long offset, long length, byte[] bytes, long next) {

  /** Whether some of it is missing. */
  boolean isTooLong() {
    return bytes.length < length;
  }
}
