package io.penstock.engine.codec;

import io.penstock.connector.Codec;
import org.jspecify.annotations.Nullable;

/** Format {@code bytes}: the payload as it is, a {@code byte[]}. Nothing is copied. */
public final class BytesCodec implements Codec {

  @Override
  public String format() {
    return "bytes";
  }

  @Override
  public String mediaType() {
    return "application/octet-stream";
  }

  @Override
  public Object decode(byte[] payload) {
    return payload;
  }

  @Override
  public byte[] encode(@Nullable Object tree) {
    if (tree instanceof byte[] bytes) {
      return bytes;
    }
    throw new IllegalArgumentException("format bytes: expected bytes, not " + JsonCodec.kind(tree));
  }
}
