package io.penstock.functions;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes events. Not thread-safe; {@link #build()} may be called more than once.
 *
 * <p>Defaults: a random id, source {@code penstock}, type {@code event}, no subject, no time, no
 * content type, no data. The id of an event that a handler returns is replaced by Penstock: a
 * result's id is the id of the event it came from with its index, so that it is the same when the
 * event is handled again.
 */
public final class EventBuilder {

  private static final byte[] NO_DATA = {};

  /** They would stand twice in an event that is written as one JSON object. */
  private static final Set<String> OWN_ATTRIBUTES =
      Set.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data");

  private @Nullable String id;
  private String source = "penstock";
  private String type = "event";
  private @Nullable String subject;
  private @Nullable Instant time;
  private @Nullable String dataContentType;
  private byte[] data = NO_DATA;
  private final Map<String, String> extensions = new TreeMap<>();

  EventBuilder() {}

  /** Sets the id, not empty. */
  public EventBuilder id(String id) {
    this.id = notEmpty(id, "id");
    return this;
  }

  /** Sets the source, not empty. */
  public EventBuilder source(String source) {
    this.source = notEmpty(source, "source");
    return this;
  }

  /** Sets the type, not empty. */
  public EventBuilder type(String type) {
    this.type = notEmpty(type, "type");
    return this;
  }

  /** Sets the subject, not empty. */
  public EventBuilder subject(String subject) {
    this.subject = notEmpty(subject, "subject");
    return this;
  }

  /** Sets the time. */
  public EventBuilder time(Instant time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /** Sets the media type of the data, for example {@code application/json}. */
  public EventBuilder dataContentType(String dataContentType) {
    this.dataContentType = notEmpty(dataContentType, "dataContentType");
    return this;
  }

  /** Sets the payload; the array is not copied and must not be changed afterwards. */
  public EventBuilder data(byte[] data) {
    this.data = Objects.requireNonNull(data, "data");
    return this;
  }

  /** Sets the payload to the text in UTF-8; leaves the content type as it is. */
  public EventBuilder text(String text) {
    return data(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sets the payload to a JSON text in UTF-8 and the content type to {@code application/json}. */
  public EventBuilder json(String json) {
    return dataContentType("application/json").text(json);
  }

  /**
   * Sets an extension attribute.
   *
   * @param name lower-case ASCII letters and digits, and none of CloudEvents' own attributes
   * @throws IllegalArgumentException if the name is anything else
   */
  public EventBuilder extension(String name, String value) {
    if (OWN_ATTRIBUTES.contains(name)) {
      throw new IllegalArgumentException(
          "extension name '" + name + "': an attribute of CloudEvents itself has this name");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
        throw new IllegalArgumentException(
            "extension name '" + name + "': only lower-case ASCII letters and digits are allowed");
      }
    }
    extensions.put(notEmpty(name, "extension name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /** Makes the event. */
  public Event build() {
    String eventId = id == null ? UUID.randomUUID().toString() : id;
    return new Built(
        eventId,
        source,
        type,
        Optional.ofNullable(subject),
        Optional.ofNullable(time),
        Optional.ofNullable(dataContentType),
        data,
        Collections.unmodifiableMap(new TreeMap<>(extensions)));
  }

  private static String notEmpty(String value, String what) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + " must not be empty");
    }
    return value;
  }

  private record Built(
      String id,
      String source,
      String type,
      Optional<String> subject,
      Optional<Instant> time,
      Optional<String> dataContentType,
      byte[] data,
      Map<String, String> extensions)
      implements Event {

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Built that
          && id.equals(that.id)
          && source.equals(that.source)
          && type.equals(that.type)
          && subject.equals(that.subject)
          && time.equals(that.time)
          && dataContentType.equals(that.dataContentType)
          && Arrays.equals(data, that.data)
          && extensions.equals(that.extensions);
    }

    @Override
    public int hashCode() {
      return Objects.hash(id, source);
    }

    @Override
    public String toString() {
      return "Event[id=" + id + ", type=" + type + ", data=" + data.length + " bytes]";
    }
  }
}
