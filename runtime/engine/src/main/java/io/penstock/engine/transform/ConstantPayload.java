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
import org.jspecify.annotations.Nullable;

/** Gives every event the same payload. */
final class ConstantPayload implements Transform {

  private static final Codec JSON = new JsonCodec();
  private static final Codec TEXT = new TextCodec();

  private final @Nullable Object value;

  /** What it is for all formats that ship: encoded once. */
  private final byte[] json;

  private final Optional<byte[]> text;

  /**
   * Encodes the value.
   *
   * @throws IllegalArgumentException if it is not a JSON value
   */
  ConstantPayload(@Nullable Object value) {
    this.value = value;
    this.json = JSON.encode(value);
    this.text = value instanceof String ? Optional.of(TEXT.encode(value)) : Optional.empty();
  }

  @Override
  public Event apply(Event event, Codec format) {
    if (format instanceof JsonCodec) {
      return new WithPayload(event, json, JSON.mediaType());
    }
    if (!(format instanceof TextCodec) && !(format instanceof BytesCodec)) {
      return new WithPayload(event, format.encode(value), format.mediaType());
    }
    return text.map(bytes -> new WithPayload(event, bytes, TEXT.mediaType()))
        .orElseGet(() -> new WithPayload(event, json, JSON.mediaType()));
  }

  /** An event with another payload; everything else is the original's, asked for when needed. */
  private record WithPayload(Event original, byte[] data, String mediaType) implements SourceEvent {

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
}
