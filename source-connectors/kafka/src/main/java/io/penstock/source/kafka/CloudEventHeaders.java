package io.penstock.source.kafka;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.DocumentEvent;
import io.penstock.cloudevents.StructuredEvent;
import io.penstock.connector.DecodeException;
import io.penstock.connector.SourceEvent;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** What the headers of a record say about its event, by the Kafka binding of CloudEvents 1.0. */
final class CloudEventHeaders {

  private static final String CONTENT_TYPE = "content-type";
  private static final String PREFIX = "ce_";
  private static final String STRUCTURED = "application/cloudevents";

  private CloudEventHeaders() {}

  /** Whether the value holds the whole event. */
  static boolean isStructured(Header[] headers) {
    byte[] type = last(headers, CONTENT_TYPE);
    return type != null
        && type.length >= STRUCTURED.length()
        && contentType(headers)
            .filter(t -> t.regionMatches(true, 0, STRUCTURED, 0, STRUCTURED.length()))
            .isPresent();
  }

  /**
   * The event of a record with headers: the record itself if it is no CloudEvent.
   *
   * @throws DecodeException if it says it is one and isn't
   */
  static Event decode(KafkaRecord record) {
    Header[] headers = record.headers();
    byte[] value = record.value();
    if (value != null && isStructured(headers)) {
      return decodeStructured(record, value, contentType(headers).orElse(""));
    }
    return last(headers, "ce_specversion") == null ? record : binary(record);
  }

  private static Event decodeStructured(KafkaRecord record, byte[] value, String contentType) {
    String mediaType = CloudEvents.mediaType(contentType);
    if (!mediaType.equals(CloudEvents.STRUCTURED_JSON)) {
      throw new DecodeException(
          "content-type '"
              + mediaType
              + "': expected "
              + CloudEvents.STRUCTURED_JSON
              + ", the one understood");
    }
    return new DocumentEvent(
        StructuredEvent.decode(
            value,
            attributes -> {
              record.putKey(attributes);
              record.putPosition(attributes);
            }),
        KafkaRecord.POSITION);
  }

  private static Event binary(KafkaRecord record) {
    String id = null;
    String source = null;
    String type = null;
    String subject = null;
    String time = null;
    for (Header header : record.headers()) {
      switch (header.key()) {
        case "ce_id" -> id = text(header);
        case "ce_source" -> source = text(header);
        case "ce_type" -> type = text(header);
        case "ce_subject" -> subject = text(header);
        case "ce_time" -> time = text(header);
        case "ce_specversion" -> CloudEvents.checkVersion(text(header));
        default -> {
          // an extension, or none of ours
        }
      }
    }
    return new BinaryCloudEvent(
        record,
        required(id, "ce_id"),
        required(source, "ce_source"),
        required(type, "ce_type"),
        subject == null || subject.isEmpty() ? null : subject,
        time == null ? null : CloudEvents.time(time, "header ce_time"));
  }

  private static String text(Header header) {
    byte[] value = header.value();
    String text = value == null ? "" : Utf8.text(value);
    if (text == null) {
      throw new DecodeException("CloudEvent: header " + header.key() + " is not UTF-8");
    }
    return text;
  }

  private static String required(@Nullable String value, String name) {
    if (value == null || value.isEmpty()) {
      throw new DecodeException(
          "CloudEvent: has header ce_specversion but no " + name + ", which it needs");
    }
    return value;
  }

  /** The media type of the value. */
  static Optional<String> contentType(Header[] headers) {
    byte[] value = last(headers, CONTENT_TYPE);
    return value == null ? Optional.empty() : Optional.ofNullable(Utf8.text(value));
  }

  /**
   * Extension attributes from headers and key: those of a CloudEvent win over others of the same
   * name.
   */
  static Map<String, String> passedOn(KafkaRecord record) {
    Map<String, String> all = new TreeMap<>();
    for (Header header : record.headers()) {
      putExtension(all, header.key(), header.value());
    }
    for (Header header : record.headers()) {
      if (header.key().startsWith(PREFIX)) {
        putExtension(all, header.key().substring(PREFIX.length()), header.value());
      }
    }
    record.putKey(all);
    return Collections.unmodifiableMap(all);
  }

  private static void putExtension(Map<String, String> all, String name, byte @Nullable [] value) {
    if (value != null && CloudEvents.isExtension(name) && !KafkaRecord.POSITION.contains(name)) {
      String text = Utf8.text(value);
      if (text != null) {
        all.put(name, text);
      }
    }
  }

  private static byte @Nullable [] last(Header[] headers, String name) {
    for (int i = headers.length - 1; i >= 0; i--) {
      if (headers[i].key().equals(name)) {
        return headers[i].value();
      }
    }
    return null;
  }

  /** An event whose attributes are headers; the value is its data. */
  private static final class BinaryCloudEvent implements SourceEvent {

    private final KafkaRecord record;
    private final String id;
    private final String source;
    private final String type;
    private final @Nullable String subject;
    private final @Nullable Instant time;

    BinaryCloudEvent(
        KafkaRecord record,
        String id,
        String source,
        String type,
        @Nullable String subject,
        @Nullable Instant time) {
      this.record = record;
      this.id = id;
      this.source = source;
      this.type = type;
      this.subject = subject;
      this.time = time;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String source() {
      return source;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public Optional<String> subject() {
      return Optional.ofNullable(subject);
    }

    @Override
    public Optional<Instant> time() {
      return Optional.ofNullable(time);
    }

    @Override
    public Optional<String> dataContentType() {
      return record.dataContentType();
    }

    @Override
    public byte[] data() {
      return record.data();
    }

    @Override
    public Map<String, String> extensions() {
      return record.extensions();
    }

    @Override
    public Map<String, String> passedOn() {
      return record.passedOn();
    }

    @Override
    public String toString() {
      return "Event[id=" + id + ", type=" + type + ", data=" + data().length + " bytes]";
    }
  }
}
