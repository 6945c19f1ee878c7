package io.penstock.engine.codec;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Format {@code text}: the payload as a {@link String}. Strictly UTF-8 both ways: nothing is
 * replaced silently. An empty payload is the empty text.
 */
public final class TextCodec implements Codec {

  @Override
  public String format() {
    return "text";
  }

  @Override
  public String mediaType() {
    return "text/plain";
  }

  @Override
  public String decode(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
    } catch (CharacterCodingException e) {
      throw new DecodeException(
          "payload of %d bytes: expected UTF-8 text, but byte %d does not belong to one"
              .formatted(payload.length, in.position()),
          e);
    }
  }

  @Override
  public byte[] encode(@Nullable Object tree) {
    if (!(tree instanceof String text)) {
      throw new IllegalArgumentException(
          "format text: expected a text, not " + JsonCodec.kind(tree));
    }
    try {
      ByteBuffer out = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Arrays.copyOf(out.array(), out.limit());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("format text: half of a surrogate pair has no UTF-8", e);
    }
  }
}
