package io.penstock.httpclient.cloudevents;

import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import io.penstock.httpclient.AnswerHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what an answer carries. */
public final class EventDecoder {

  private static final String PREFIX = "ce-";

  private EventDecoder() {}

  /** What an answer carries. */
  public sealed interface Content {

    /** Nothing. */
    record Empty() implements Content {}

    /** One event. */
    record One(Event event) implements Content {}

    /** A batch of events, perhaps none. */
    record Batch(List<Event> events) implements Content {}

    /**
     * Bytes that are no CloudEvent.
     *
     * @param contentType the media type as the server gave it, if it did
     * @param bytes not empty
     */
    record Data(@Nullable String contentType, byte[] bytes) implements Content {

      /** Whether the server calls it JSON. */
      public boolean isJson() {
        return MediaTypes.isJson(MediaTypes.essence(contentType));
      }
    }
  }

  /**
   * Reads an answer.
   *
   * @throws DecodeException if it says that it is a CloudEvent and is none; tells nothing of its
   *     content
   */
  public static Content decode(AnswerHeaders headers, byte[] body) {
    String contentType = headers.get("content-type");
    String essence = MediaTypes.essence(contentType);
    if (essence.equals(MediaTypes.EVENT)) {
      return new Content.One(JsonEvents.readOne(body));
    }
    if (essence.equals(MediaTypes.BATCH)) {
      return new Content.Batch(JsonEvents.readMany(body));
    }
    if (headers.get("ce-specversion") != null) {
      return new Content.One(binary(headers, contentType, body));
    }
    return body.length == 0 ? new Content.Empty() : new Content.Data(contentType, body);
  }

  private static Event binary(AnswerHeaders headers, @Nullable String contentType, byte[] body) {
    Map<String, String> attributes = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            attributes.put(name.substring(PREFIX.length()), HeaderText.decode(value));
          }
        });
    return event(attributes, contentType, body);
  }

  /**
   * The event with these attributes.
   *
   * @param attributes by name, emptied here
   */
  static Event event(Map<String, String> attributes, @Nullable String contentType, byte[] data) {
    String version = required(attributes, "specversion");
    if (!version.startsWith("1.")) {
      throw new DecodeException("a CloudEvent of another version than 1");
    }
    EventBuilder event =
        Event.builder()
            .id(required(attributes, "id"))
            .source(required(attributes, "source"))
            .type(required(attributes, "type"))
            .data(data);
    String subject = attributes.remove("subject");
    if (subject != null && !subject.isEmpty()) {
      event.subject(subject);
    }
    String time = attributes.remove("time");
    if (time != null) {
      event.time(time(time));
    }
    if (contentType != null && !contentType.isEmpty()) {
      event.dataContentType(contentType);
    }
    try {
      attributes.forEach(event::extension);
    } catch (IllegalArgumentException e) {
      throw new DecodeException("a CloudEvent with an attribute of a wrong name");
    }
    return event.build();
  }

  private static String required(Map<String, String> attributes, String name) {
    String value = attributes.remove(name);
    if (value == null || value.isEmpty()) {
      throw new DecodeException("a CloudEvent without the attribute " + name);
    }
    return value;
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new DecodeException("a CloudEvent whose time is not one of RFC 3339");
    }
  }
}
