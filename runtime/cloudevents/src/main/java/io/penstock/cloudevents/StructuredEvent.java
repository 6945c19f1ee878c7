package io.penstock.cloudevents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event that is one JSON document. JSON data is cut out of the document byte for byte: it is
 * not written anew, so that numbers and spaces stay what the producer wrote. One use each.
 */
public final class StructuredEvent {

  private static final String WHAT = "structured CloudEvent";
  private static final byte[] NO_DATA = {};

  private final byte[] document;
  private final Map<String, String> attributes = new TreeMap<>();
  private byte @Nullable [] rawData;
  private @Nullable String textData;
  private byte @Nullable [] binaryData;

  private StructuredEvent(byte[] document) {
    this.document = document;
  }

  /**
   * Reads the event. Any thread.
   *
   * @param extensions may change the extensions that the document has, by name
   * @throws DecodeException if the document is not an event; says where, and nothing of its content
   */
  public static Event decode(byte[] document, Consumer<Map<String, String>> extensions) {
    StructuredEvent reading = new StructuredEvent(document);
    reading.read();
    return reading.event(extensions);
  }

  private void read() {
    JsonText.read(
        document,
        WHAT,
        parser -> {
          if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new DecodeException(WHAT + ": expected a JSON object");
          }
          while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            readMember(name, parser);
          }
        });
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
    rawData = JsonText.cutOut(parser, document);
  }

  private void readBinary(JsonToken token, JsonParser parser) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw new DecodeException(WHAT + ": data_base64 is not a text");
    }
    try {
      binaryData = Base64.getDecoder().decode(parser.getText());
    } catch (IllegalArgumentException e) {
      throw new DecodeException(WHAT + ": data_base64 is not Base64");
    }
  }

  private void readAttribute(String name, JsonToken token, JsonParser parser) throws IOException {
    boolean isAttribute = CloudEvents.ATTRIBUTES.contains(name);
    if (!isAttribute && !CloudEvents.isExtension(name)) {
      throw new DecodeException(
          WHAT + ": a member's name has other than lower-case letters and digits");
    }
    if (!token.isScalarValue() || (isAttribute && token != JsonToken.VALUE_STRING)) {
      throw new DecodeException(WHAT + ": attribute " + name + " is not a text");
    }
    if (attributes.put(name, parser.getText()) != null) {
      throw new DecodeException(WHAT + ": attribute " + name + " stands there twice");
    }
  }

  private Event event(Consumer<Map<String, String>> extensions) {
    CloudEvents.checkVersion(take("specversion"));
    EventBuilder event = Event.builder().id(take("id")).source(take("source")).type(take("type"));
    String subject = attributes.remove("subject");
    if (subject != null && !subject.isEmpty()) {
      event.subject(subject);
    }
    String time = attributes.remove("time");
    if (time != null) {
      event.time(CloudEvents.time(time, "attribute time of the document"));
    }
    String contentType = attributes.remove("datacontenttype");
    if (contentType != null && !contentType.isEmpty()) {
      event.dataContentType(contentType);
    }
    event.data(data(contentType));
    extensions.accept(attributes);
    attributes.forEach(event::extension);
    return event.build();
  }

  private byte[] data(@Nullable String contentType) {
    byte[] raw = rawData;
    if (binaryData != null) {
      if (raw != null) {
        throw new DecodeException(WHAT + ": has both data and data_base64");
      }
      return binaryData;
    }
    // Without a media type, data is JSON.
    if (textData != null && contentType != null && !CloudEvents.isJson(contentType)) {
      return textData.getBytes(StandardCharsets.UTF_8);
    }
    return raw == null ? NO_DATA : raw;
  }

  private String take(String name) {
    String value = attributes.remove(name);
    if (value == null || value.isEmpty()) {
      throw new DecodeException(WHAT + ": has no attribute " + name);
    }
    return value;
  }
}
