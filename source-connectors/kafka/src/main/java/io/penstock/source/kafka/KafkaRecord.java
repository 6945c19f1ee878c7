package io.penstock.source.kafka;

import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceEvent;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic, and the event it is if it is no CloudEvent. One object for both, made for each
 * record, so it takes what it needs from the client's record and lets that go; whatever not every
 * event is asked for is computed when asked for.
 *
 * <p>What is computed late is kept in plain fields: readers on several threads may compute it twice,
 * with the same result, and both values are safe to read through a race.
 */
final class KafkaRecord implements SourceRecord, SourceEvent {

  /** What all events are that no producer gave another type. */
  static final String TYPE = "io.penstock.kafka.record";

  /** The extensions that tell where a record was, or that it had no value. */
  static final Set<String> POSITION =
      Set.of("kafkatopic", "kafkapartition", "kafkaoffset", "kafkatombstone");

  /** This object with its caches, and two arrays' headers. */
  private static final int OBJECT_BYTES = 136;

  /** A header: its object, its name, its value's header, its place in the array. */
  private static final int HEADER_BYTES = 120;

  private static final byte[] NO_DATA = {};
  private static final String NO_TEXT = "";
  private static final Header[] NO_HEADERS = {};

  private final Origin origin;
  private final long offset;
  private final long timestampMs;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;
  private final Header[] headers;
  private final int sizeBytes;
  private long orderKey;
  private @Nullable String id;
  private @Nullable Event event;
  private @Nullable Map<String, String> extensions;
  private @Nullable Map<String, String> passedOn;
  private @Nullable String keyText;

  KafkaRecord(Origin origin, ConsumerRecord<byte[], byte[]> record) {
    this.origin = origin;
    this.offset = record.offset();
    this.timestampMs = record.timestamp();
    this.key = record.key();
    this.value = record.value();
    Header[] found = record.headers().toArray();
    int size = OBJECT_BYTES + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    if (found.length == 0) {
      this.headers = NO_HEADERS;
      this.event = this;
    } else {
      this.headers = found;
      size += take(found);
      if (CloudEventHeaders.isStructured(found) && value != null) {
        size += value.length; // the event has a copy of its data
      }
    }
    this.sizeBytes = size;
  }

  /**
   * Takes the headers out of the client's buffer. Until its name and value are read, a header keeps
   * the whole response of the broker in memory.
   */
  private static int take(Header[] headers) {
    int size = 0;
    for (Header header : headers) {
      byte[] headerValue = header.value();
      size += HEADER_BYTES + header.key().length();
      size += headerValue == null ? 0 : headerValue.length;
    }
    return size;
  }

  @Override
  public long position() {
    return offset;
  }

  @Override
  public int sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long orderKey() {
    byte[] bytes = key;
    if (bytes == null) {
      return NO_ORDER_KEY;
    }
    if (orderKey == NO_ORDER_KEY) {
      orderKey = OrderKeys.of(bytes);
    }
    return orderKey;
  }

  @Override
  public Event event() {
    Event known = event;
    if (known == null) {
      known = CloudEventHeaders.decode(this);
      event = known;
    }
    return known;
  }

  @Override
  public OriginalRecord original() {
    List<OriginalRecord.Header> all = new ArrayList<>(headers.length);
    for (Header header : headers) {
      all.add(new OriginalRecord.Header(header.key(), header.value()));
    }
    return new OriginalRecord(key, all, value);
  }

  Header[] headers() {
    return headers;
  }

  byte @Nullable [] value() {
    return value;
  }

  /** Where the record was. Put last: it wins over what a header says. */
  void putPosition(Map<String, String> target) {
    target.put("kafkatopic", origin.topic());
    target.put("kafkapartition", origin.partition());
    target.put("kafkaoffset", Long.toString(offset));
    if (value == null) {
      target.put("kafkatombstone", "true");
    }
  }

  /** The extension for the record's key, unless the event brings one. */
  void putKey(Map<String, String> target) {
    String text = keyText();
    if (text != null) {
      target.putIfAbsent("partitionkey", text);
    }
  }

  private @Nullable String keyText() {
    byte[] bytes = key;
    if (bytes == null || bytes.length == 0) {
      return null;
    }
    String known = keyText;
    if (known == null) {
      known = Objects.requireNonNullElse(Utf8.text(bytes), NO_TEXT);
      keyText = known;
    }
    return known.isEmpty() ? null : known;
  }

  @Override
  public String id() {
    String known = id;
    if (known == null) {
      known = origin.idPrefix().concat(Long.toString(offset));
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
    return TYPE;
  }

  @Override
  public Optional<String> subject() {
    return Optional.ofNullable(keyText());
  }

  @Override
  public Optional<Instant> time() {
    return timestampMs < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(timestampMs));
  }

  @Override
  public Optional<String> dataContentType() {
    return headers.length == 0 ? Optional.empty() : CloudEventHeaders.contentType(headers);
  }

  @Override
  public byte[] data() {
    return value == null ? NO_DATA : value;
  }

  @Override
  public Map<String, String> extensions() {
    Map<String, String> known = extensions;
    if (known == null) {
      Map<String, String> all = new TreeMap<>(passedOn());
      putPosition(all);
      known = Collections.unmodifiableMap(all);
      extensions = known;
    }
    return known;
  }

  @Override
  public Map<String, String> passedOn() {
    Map<String, String> known = passedOn;
    if (known == null) {
      String text = keyText();
      known =
          headers.length > 0
              ? CloudEventHeaders.passedOn(this)
              : text == null ? Map.of() : Map.of("partitionkey", text);
      passedOn = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "Event[id=" + id() + ", type=" + TYPE + ", data=" + data().length + " bytes]";
  }
}
