package io.penstock.connect;

import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceEvent;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record of a plugin after its transforms and converters, and the event that it is.
 *
 * <p>What is computed late is kept in plain fields: readers on several threads may compute it twice, with
 * the same result.
 */
final class HostedRecord implements SourceRecord, SourceEvent {

  static final String TYPE = "io.penstock.connect.record";

  private static final int OBJECT_BYTES = 400;
  private static final Pattern EXTENSION_NAME = Pattern.compile("[a-z0-9]{1,40}");
  private static final byte[] NO_DATA = {};

  /** What the records of one task have in common. */
  record Origin(String connector, String source, OffsetFormat offsets) {}

  /** Where a record stands in what the plugin read, and how many before it stand there too. */
  record Place(@Nullable Map<String, ?> partition, @Nullable Map<String, ?> offset, int ordinal) {}

  /**
   * What a record holds.
   *
   * @param timestampMs null if it has none
   * @param mediaType of the value; empty if it is not known
   * @param type of the event
   * @param position extensions that tell where it was read
   * @param problem why it can't be converted; null if it is
   */
  record Content(
      String topic,
      @Nullable Long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<OriginalRecord.Header> headers,
      String mediaType,
      String type,
      Map<String, String> position,
      @Nullable String problem) {}

  private final Origin origin;
  private final long sequence;
  private final Place place;
  private final Content content;
  private final int sizeBytes;
  private @Nullable String id;
  private @Nullable Map<String, String> passedOn;

  HostedRecord(Origin origin, long sequence, Place place, Content content) {
    this.origin = origin;
    this.sequence = sequence;
    this.place = place;
    this.content = content;
    int size = OBJECT_BYTES;
    // The plugin's own object is kept too, until it is told: about as large again.
    size += 2 * length(content.key()) + 2 * length(content.value());
    for (OriginalRecord.Header header : content.headers()) {
      size += 100 + header.name().length() + length(header.value());
    }
    this.sizeBytes = size;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  @Override
  public long position() {
    return sequence;
  }

  @Override
  public int sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long orderKey() {
    byte[] key = content.key();
    return key == null ? NO_ORDER_KEY : OrderKeys.of(key);
  }

  @Override
  public Event event() {
    if (content.problem() != null) {
      throw new DecodeException(content.problem());
    }
    return this;
  }

  @Override
  public OriginalRecord original() {
    return new OriginalRecord(content.key(), content.headers(), content.value());
  }

  @Override
  public byte @Nullable [] key() {
    return content.key();
  }

  /** Of its place, so that it is the same when the plugin reads it again; else of its number. */
  @Override
  public String id() {
    String known = id;
    if (known == null) {
      Map<String, ?> partition = place.partition();
      Map<String, ?> offset = place.offset();
      known =
          partition == null || offset == null
              ? origin.connector() + "-" + sequence
              : OffsetFormat.id(
                      origin.offsets().encode(partition),
                      origin.offsets().encode(offset),
                      content.topic().getBytes(StandardCharsets.UTF_8))
                  + (place.ordinal() == 0 ? "" : "-" + place.ordinal());
      id = known;
    }
    return known;
  }

  @Override
  public String source() {
    return origin.source();
  }

  @Override
  public String type() {
    return content.type();
  }

  @Override
  public Optional<String> subject() {
    return Optional.ofNullable(passedOn().get("partitionkey"));
  }

  @Override
  public Optional<Instant> time() {
    return Optional.ofNullable(content.timestampMs()).map(Instant::ofEpochMilli);
  }

  @Override
  public Optional<String> dataContentType() {
    return content.mediaType().isEmpty() || content.value() == null
        ? Optional.empty()
        : Optional.of(content.mediaType());
  }

  @Override
  public byte[] data() {
    byte[] value = content.value();
    return value == null ? NO_DATA : value;
  }

  @Override
  public Map<String, String> extensions() {
    Map<String, String> all = new TreeMap<>(passedOn());
    all.putAll(content.position());
    all.put("connecttopic", content.topic());
    if (content.value() == null) {
      all.put("connecttombstone", "true");
    }
    return Collections.unmodifiableMap(all);
  }

  @Override
  public Map<String, String> passedOn() {
    Map<String, String> known = passedOn;
    if (known == null) {
      Map<String, String> all = new TreeMap<>();
      for (OriginalRecord.Header header : content.headers()) {
        String name = header.name().toLowerCase(Locale.ROOT);
        String text = text(header.value());
        if (text != null && EXTENSION_NAME.matcher(name).matches()) {
          all.putIfAbsent(name, text);
        }
      }
      String key = text(content.key());
      if (key != null && !key.isEmpty()) {
        all.put("partitionkey", key);
      }
      known = Collections.unmodifiableMap(all);
      passedOn = known;
    }
    return known;
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null; // not a text, so there is nothing to show
    }
  }

  @Override
  public String toString() {
    return "Event[id=" + id() + ", type=" + type() + ", data=" + data().length + " bytes]";
  }
}
