package io.penstock.engine.transform;

import io.penstock.connector.Codec;
import io.penstock.connector.SourceEvent;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An event with another payload; everything else is the original's, asked for when needed. */
record MadePayload(Event original, byte[] data, String mediaType) implements SourceEvent {

  private static final JsonCodec JSON = new JsonCodec();
  private static final TextCodec TEXT = new TextCodec();

  /**
   * The event with a value as its payload, in the connector's format: where that is text or bytes, a
   * text is written as it is, and any other value as JSON.
   */
  static Event of(Event original, Found value, Codec format) {
    if (format instanceof JsonCodec) {
      return new MadePayload(original, value.bytes(), JSON.mediaType());
    }
    if (!(format instanceof TextCodec) && !(format instanceof BytesCodec)) {
      return ofTree(original, value, format);
    }
    return value.isText()
        ? ofText(original, value.plain())
        : new MadePayload(original, value.bytes(), JSON.mediaType());
  }

  private static Event ofTree(Event original, Found value, Codec format) {
    try {
      return new MadePayload(
          original, format.encode(JSON.decode(value.bytes())), format.mediaType());
    } catch (IllegalArgumentException e) {
      throw new TransformException(
          "format '" + format.format() + "' has no place for the value: " + e.getMessage());
    }
  }

  /** The event with a text as its payload, whatever the connector's format. */
  static Event ofText(Event original, String text) {
    try {
      return new MadePayload(original, TEXT.encode(text), TEXT.mediaType());
    } catch (IllegalArgumentException e) {
      throw new TransformException("the text that was made can't be written: " + e.getMessage());
    }
  }

  @Override
  public String id() {
    return original.id();
  }

  @Override
  public String source() {
    return original.source();
  }

  @Override
  public String type() {
    return original.type();
  }

  @Override
  public Optional<String> subject() {
    return original.subject();
  }

  @Override
  public Optional<Instant> time() {
    return original.time();
  }

  @Override
  public Optional<String> dataContentType() {
    return Optional.of(mediaType);
  }

  @Override
  public Map<String, String> extensions() {
    return original.extensions();
  }

  @Override
  public Map<String, String> passedOn() {
    return SourceEvent.passedOnBy(original);
  }

  @Override
  public String toString() {
    return "Event[id=" + id() + ", type=" + type() + ", data=" + data.length + " bytes]";
  }
}
