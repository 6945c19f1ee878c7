package io.penstock.engine.fake;

import io.penstock.connector.Codec;
import io.penstock.engine.codec.JsonCodec;

/** JSON that filters and transforms don't know as such: they decode it, as they do with formats of others. */
public final class DecodedJson implements Codec {

  private final JsonCodec json = new JsonCodec();

  @Override
  public String format() {
    return "decoded-json";
  }

  @Override
  public String mediaType() {
    return json.mediaType();
  }

  @Override
  public Object decode(byte[] payload) {
    return json.decode(payload);
  }

  @Override
  public byte[] encode(Object tree) {
    return json.encode(tree);
  }
}
