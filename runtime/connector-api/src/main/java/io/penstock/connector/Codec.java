package io.penstock.connector;

import org.jspecify.annotations.Nullable;

/**
 * Turns payloads into trees and back: the {@code format} of a connector. Thread-safe; found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>A tree is made of null, {@link Boolean}, {@link Long}, {@link java.math.BigInteger}, {@link
 * java.math.BigDecimal}, {@link String}, {@code byte[]}, {@link java.util.List} and {@link
 * java.util.Map} with string keys.
 */
public interface Codec {

  /** The word after {@code "format"}, for example {@code json}. */
  String format();

  /** The media type of encoded payloads, for example {@code application/json}. */
  String mediaType();

  /**
   * Reads a payload.
   *
   * @throws DecodeException if it is not of this format
   */
  @Nullable Object decode(byte[] payload);

  /**
   * Writes a tree.
   *
   * @throws IllegalArgumentException if the format has no place for such a value
   */
  byte[] encode(@Nullable Object tree);
}
