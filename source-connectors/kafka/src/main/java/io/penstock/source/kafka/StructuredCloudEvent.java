package io.penstock.source.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.connector.DecodeException;
import io.penstock.connector.SourceEvent;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event that is one JSON document. JSON data is cut out of the document byte for byte: it is
 * not written anew, so that numbers and spaces stay what the producer wrote. One use each.
 */
final class StructuredCloudEvent {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NO_DATA = {};

  private final byte[] document;
  private final Map<String, String> attributes = new TreeMap<>();
  private byte @Nullable [] rawData;
  private @Nullable String textData;
  private byte @Nullable [] binaryData;

  private StructuredCloudEvent(byte[] document) {
    this.document = document;
  }

  /**
   * Reads the event.
   *
   * @throws DecodeException if the document is not an event; says where, and nothing of its content
   */
  static Event decode(KafkaRecord record, byte[] document) {
    StructuredCloudEvent reading = new StructuredCloudEvent(document);
    reading.read();
    return reading.event(record);
  }

  private void read() {
    checkEncoding();
    try (JsonParser parser = JSON.createParser(document)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        readMember(name, parser);
      }
      if (parser.nextToken() != null) {
        throw new DecodeException("structured CloudEvent: more than one JSON value");
      }
    } catch (JsonProcessingException e) {
      // Its message repeats what it found.
      throw new DecodeException(
          "structured CloudEvent: not JSON, at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** The parser would also take UTF-16 and UTF-32, but then its offsets are not those of bytes. */
  private void checkEncoding() {
    int first = 0;
    while (first < document.length && document[first] > 0 && document[first] <= ' ') {
      first++;
    }
    boolean isUtf8Object =
        first + 1 < document.length && document[first] == '{' && document[first + 1] != 0;
    if (!isUtf8Object) {
      throw new DecodeException("structured CloudEvent: expected a JSON object in UTF-8");
    }
  }

  private void readMember(String name, JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return; // the same as not there
    }
    switch (name) {
      case "data" -> readData(token, parser);
      case "data_base64" -> readBinary(token, parser);
      default -> readAttribute(name, token, parser);
    }
  }

  private void readData(JsonToken token, JsonParser parser) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      textData = parser.getText();
    }
    int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    parser.skipChildren();
    parser.finishToken();
    int to = Math.toIntExact(parser.currentLocation().getByteOffset());
    rawData = Arrays.copyOfRange(document, from, to);
  }

  private void readBinary(JsonToken token, JsonParser parser) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw new DecodeException("structured CloudEvent: data_base64 is not a text");
    }
    try {
      binaryData = Base64.getDecoder().decode(parser.getText());
    } catch (IllegalArgumentException e) {
      throw new DecodeException("structured CloudEvent: data_base64 is not Base64");
    }
  }

  private void readAttribute(String name, JsonToken token, JsonParser parser) throws IOException {
    boolean isAttribute = CloudEventHeaders.ATTRIBUTES.contains(name);
    if (!isAttribute && !CloudEventHeaders.isExtension(name)) {
      throw new DecodeException(
          "structured CloudEvent: a member's name has other than lower-case letters and digits");
    }
    if (!token.isScalarValue() || (isAttribute && token != JsonToken.VALUE_STRING)) {
      throw new DecodeException("structured CloudEvent: attribute " + name + " is not a text");
    }
    if (attributes.put(name, parser.getText()) != null) {
      throw new DecodeException("structured CloudEvent: attribute " + name + " stands there twice");
    }
  }

  private Event event(KafkaRecord record) {
    CloudEventHeaders.checkVersion(take("specversion"));
    EventBuilder event = Event.builder().id(take("id")).source(take("source")).type(take("type"));
    String subject = attributes.remove("subject");
    if (subject != null && !subject.isEmpty()) {
      event.subject(subject);
    }
    String time = attributes.remove("time");
    if (time != null) {
      event.time(CloudEventHeaders.time(time, "attribute time of the document"));
    }
    String contentType = attributes.remove("datacontenttype");
    if (contentType != null && !contentType.isEmpty()) {
      event.dataContentType(contentType);
    }
    event.data(data(contentType));
    attributes.keySet().removeAll(KafkaRecord.POSITION);
    record.putKey(attributes);
    Map<String, String> passedOn = Collections.unmodifiableMap(new TreeMap<>(attributes));
    record.putPosition(attributes);
    attributes.forEach(event::extension);
    return new DocumentEvent(event.build(), passedOn);
  }

  /** The event of a document, and what its results inherit. */
  private record DocumentEvent(Event event, Map<String, String> passedOn) implements SourceEvent {

    @Override
    public String id() {
      return event.id();
    }

    @Override
    public String source() {
      return event.source();
    }

    @Override
    public String type() {
      return event.type();
    }

    @Override
    public Optional<String> subject() {
      return event.subject();
    }

    @Override
    public Optional<Instant> time() {
      return event.time();
    }

    @Override
    public Optional<String> dataContentType() {
      return event.dataContentType();
    }

    @Override
    public byte[] data() {
      return event.data();
    }

    @Override
    public Map<String, String> extensions() {
      return event.extensions();
    }

    @Override
    public String toString() {
      return event.toString();
    }
  }

  private byte[] data(@Nullable String contentType) {
    byte[] raw = rawData;
    if (binaryData != null) {
      if (raw != null) {
        throw new DecodeException("structured CloudEvent: has both data and data_base64");
      }
      return binaryData;
    }
    if (textData != null && !isJson(contentType)) {
      return textData.getBytes(StandardCharsets.UTF_8);
    }
    return raw == null ? NO_DATA : raw;
  }

  /** Without a media type, data is JSON. */
  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return mediaType.endsWith("/json") || mediaType.endsWith("+json");
  }

  private String take(String name) {
    String value = attributes.remove(name);
    if (value == null || value.isEmpty()) {
      throw new DecodeException("structured CloudEvent: has no attribute " + name);
    }
    return value;
  }
}
