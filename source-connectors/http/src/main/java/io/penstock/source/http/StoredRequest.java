package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.DecodeException;
import io.penstock.connector.HttpRoute.Header;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One event as the log keeps it: the headers that it consists of, names in lower case, and a body.
 *
 * <pre>
 *   version 1 | number of headers, 2 bytes | for each: length, 4; name; length, 4; value | body
 * </pre>
 */
record StoredRequest(List<Header> headers, byte[] body) {

  static final String CONTENT_TYPE = "content-type";

  private static final byte VERSION = 1;

  /** The value of the first header of that name. */
  Optional<String> header(String name) {
    return headers.stream().filter(h -> h.name().equals(name)).map(Header::value).findFirst();
  }

  byte[] encode() {
    List<byte[]> texts = new ArrayList<>(2 * headers.size());
    int size = 1 + Short.BYTES + body.length;
    for (Header header : headers) {
      texts.add(header.name().getBytes(UTF_8));
      texts.add(header.value().getBytes(UTF_8));
    }
    for (byte[] text : texts) {
      size += Integer.BYTES + text.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).put(VERSION).putShort((short) headers.size());
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    return out.put(body).array();
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws DecodeException if it is anything else
   */
  static StoredRequest decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new DecodeException("stored request: version " + version + " is not known");
      }
      int count = in.getShort();
      List<Header> headers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        headers.add(new Header(text(in), text(in)));
      }
      byte[] body = new byte[in.remaining()];
      in.get(body);
      return new StoredRequest(headers, body);
    } catch (BufferUnderflowException e) {
      throw new DecodeException("stored request: cut short", e);
    }
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, UTF_8);
  }
}
