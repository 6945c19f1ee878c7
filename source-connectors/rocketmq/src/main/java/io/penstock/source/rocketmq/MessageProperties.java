package io.penstock.source.rocketmq;

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
import org.jspecify.annotations.Nullable;

/** What the properties of a message say about its event, by the RocketMQ binding of CloudEvents. */
final class MessageProperties {

  /** What the names of a CloudEvent's attributes begin with. */
  static final String PREFIX = "CE_";

  private static final String CONTENT_TYPE = PREFIX + "contenttype";
  private static final String DATA_CONTENT_TYPE = PREFIX + "datacontenttype";
  private static final String VERSION = PREFIX + "specversion";
  private static final String STRUCTURED = "application/cloudevents";

  private MessageProperties() {}

  /** Whether the body holds the whole event. */
  static boolean isStructured(Map<String, String> properties) {
    String type = properties.get(CONTENT_TYPE);
    return type != null && type.regionMatches(true, 0, STRUCTURED, 0, STRUCTURED.length());
  }

  /** The media type of the body. */
  static Optional<String> contentType(Map<String, String> properties) {
    String type = properties.get(DATA_CONTENT_TYPE);
    return Optional.ofNullable(type == null ? properties.get(CONTENT_TYPE) : type);
  }

  /**
   * The event of a message: the record itself if it is no CloudEvent.
   *
   * @throws DecodeException if it says it is one and isn't
   */
  static Event decode(RocketMqRecord record) {
    Map<String, String> properties = record.properties();
    if (isStructured(properties)) {
      return decodeStructured(record, properties.getOrDefault(CONTENT_TYPE, ""));
    }
    String version = properties.get(VERSION);
    if (version == null) {
      return record;
    }
    CloudEvents.checkVersion(version);
    String subject = properties.get(PREFIX + "subject");
    String time = properties.get(PREFIX + "time");
    return new CloudEvent(
        record,
        required(properties, "id"),
        required(properties, "source"),
        required(properties, "type"),
        subject == null || subject.isEmpty() ? null : subject,
        time == null ? null : CloudEvents.time(time, "property CE_time"));
  }

  private static Event decodeStructured(RocketMqRecord record, String contentType) {
    String mediaType = CloudEvents.mediaType(contentType);
    if (!mediaType.equals(CloudEvents.STRUCTURED_JSON)) {
      throw new DecodeException(
          "property "
              + CONTENT_TYPE
              + " is '"
              + mediaType
              + "': expected "
              + CloudEvents.STRUCTURED_JSON
              + ", the one understood");
    }
    return new DocumentEvent(
        StructuredEvent.decode(
            record.data(),
            attributes -> {
              record.putFields(attributes);
              record.putPosition(attributes);
            }),
        RocketMqRecord.POSITION);
  }

  private static String required(Map<String, String> properties, String name) {
    String value = properties.get(PREFIX + name);
    if (value == null || value.isEmpty()) {
      throw new DecodeException(
          "CloudEvent: has property " + VERSION + " but no " + PREFIX + name + ", which it needs");
    }
    return value;
  }

  /** Extension attributes: those of a CloudEvent win over other properties of the same name. */
  static Map<String, String> passedOn(RocketMqRecord record) {
    Map<String, String> all = new TreeMap<>();
    for (Map.Entry<String, String> property : record.properties().entrySet()) {
      String name = property.getKey();
      if (isExtension(name)) {
        all.putIfAbsent(name, property.getValue());
      } else if (name.startsWith(PREFIX) && !name.equals(CONTENT_TYPE)) {
        String extension = name.substring(PREFIX.length());
        if (isExtension(extension)) {
          all.put(extension, property.getValue());
        }
      }
    }
    record.putFields(all);
    return Collections.unmodifiableMap(all);
  }

  private static boolean isExtension(String name) {
    return CloudEvents.isExtension(name) && !RocketMqRecord.POSITION.contains(name);
  }

  /** An event whose attributes are properties; the body is its data. */
  private record CloudEvent(
      RocketMqRecord record,
      String id,
      String source,
      String type,
      @Nullable String subjectOrNull,
      @Nullable Instant timeOrNull)
      implements SourceEvent {

    @Override
    public Optional<String> subject() {
      return Optional.ofNullable(subjectOrNull);
    }

    @Override
    public Optional<Instant> time() {
      return Optional.ofNullable(timeOrNull);
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
