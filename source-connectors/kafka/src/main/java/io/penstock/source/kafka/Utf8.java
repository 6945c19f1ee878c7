package io.penstock.source.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes that may be text. */
final class Utf8 {

  private Utf8() {}

  /** The text, or null if the bytes are not UTF-8. */
  static @Nullable String text(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return textBeyondAscii(bytes);
      }
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String textBeyondAscii(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
