package io.penstock.engine.transform;

import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.JsonScanner;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value of an event: a piece of JSON, exactly as it stands in the payload where it is from there.
 *
 * @param json holds it
 * @param from where it starts
 * @param to where it ends
 */
record Found(byte[] json, int from, int to) {

  private static final JsonCodec JSON = new JsonCodec();

  /** A value that is not from JSON. */
  static Found of(@Nullable Object tree) {
    byte[] json = JSON.encode(tree);
    return new Found(json, 0, json.length);
  }

  boolean isText() {
    return json[from] == '"';
  }

  /** The JSON alone. */
  byte[] bytes() {
    return from == 0 && to == json.length ? json : Arrays.copyOfRange(json, from, to);
  }

  /** Writes it as a value of JSON. */
  void writeValue(ByteArrayOutputStream out) {
    out.write(json, from, to - from);
  }

  /** Writes it as a part of a text of JSON: a text without its quotes, all others as their JSON. */
  void writeEscaped(ByteArrayOutputStream out) {
    if (isText()) {
      out.write(json, from + 1, to - from - 2); // escaped already
    } else {
      byte[] escaped = JSON.encode(plain());
      out.write(escaped, 1, escaped.length - 2);
    }
  }

  /** A text as it reads, all others as their JSON. */
  String plain() {
    if (!isText()) {
      return new String(json, from, to - from, StandardCharsets.UTF_8);
    }
    JsonScanner in = new JsonScanner(bytes());
    in.readText();
    return in.text();
  }
}
