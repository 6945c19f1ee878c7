package io.penstock.httpclient.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads events in the JSON format of CloudEvents. JSON data is cut out of the document byte for byte: it
 * is not written anew, so that numbers and spaces stay what the sender wrote.
 */
final class JsonEvents {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NO_DATA = {};

  private final byte[] document;
  private final JsonParser parser;

  private JsonEvents(byte[] document, JsonParser parser) {
    this.document = document;
    this.parser = parser;
  }

  private interface Reading<T> {
    T read(JsonEvents reader) throws IOException;
  }

  static Event readOne(byte[] document) {
    return reading(document, '{', JsonEvents::one);
  }

  static List<Event> readMany(byte[] document) {
    return reading(document, '[', JsonEvents::many);
  }

  private static <T> T reading(byte[] document, char first, Reading<T> reading) {
    checkEncoding(document, first);
    try (JsonParser parser = JSON.createParser(document)) {
      parser.nextToken();
      T read = reading.read(new JsonEvents(document, parser));
      if (parser.nextToken() != null) {
        throw new DecodeException("a CloudEvent and something behind it");
      }
      return read;
    } catch (JsonProcessingException e) {
      // Its message repeats what it found.
      throw new DecodeException(
          "a CloudEvent that is not JSON, at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** The parser would also take UTF-16 and UTF-32, but then its offsets are not those of bytes. */
  private static void checkEncoding(byte[] document, char first) {
    int from = 0;
    while (from < document.length && document[from] > 0 && document[from] <= ' ') {
      from++;
    }
    if (from + 1 >= document.length || document[from] != first || document[from + 1] == 0) {
      throw new DecodeException(
          "a CloudEvent that is no JSON " + (first == '[' ? "array" : "object") + " in UTF-8");
    }
  }

  private List<Event> many() throws IOException {
    List<Event> events = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("a batch of CloudEvents with an element that is no object");
      }
      events.add(one());
    }
    return List.copyOf(events);
  }

  private Event one() throws IOException {
    Map<String, String> attributes = new TreeMap<>();
    Data data = new Data();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        continue; // the same as not there
      }
      switch (name) {
        case "data" -> readData(token, data);
        case "data_base64" -> readBinary(token, data);
        default -> readAttribute(name, token, attributes);
      }
    }
    String contentType = attributes.remove("datacontenttype");
    return EventDecoder.event(attributes, contentType, data.of(contentType));
  }

  private void readData(JsonToken token, Data data) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      data.text = parser.getText();
    }
    int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    parser.skipChildren();
    parser.finishToken();
    int to = Math.toIntExact(parser.currentLocation().getByteOffset());
    data.raw = Arrays.copyOfRange(document, from, to);
  }

  private void readBinary(JsonToken token, Data data) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw new DecodeException("a CloudEvent whose data_base64 is not a text");
    }
    try {
      data.binary = Base64.getDecoder().decode(parser.getText());
    } catch (IllegalArgumentException e) {
      throw new DecodeException("a CloudEvent whose data_base64 is not Base64");
    }
  }

  private void readAttribute(String name, JsonToken token, Map<String, String> attributes)
      throws IOException {
    if (!token.isScalarValue()) {
      throw new DecodeException("a CloudEvent with an attribute that is no single value");
    }
    if (attributes.put(name, parser.getText()) != null) {
      throw new DecodeException("a CloudEvent with an attribute that stands there twice");
    }
  }

  /** The data members of one event. */
  private static final class Data {
    private byte @Nullable [] raw;
    private @Nullable String text;
    private byte @Nullable [] binary;

    byte[] of(@Nullable String contentType) {
      if (binary != null) {
        if (raw != null) {
          throw new DecodeException("a CloudEvent with both data and data_base64");
        }
        return binary;
      }
      // Without a media type, data is JSON.
      if (text != null && contentType != null && !isJson(contentType)) {
        return text.getBytes(UTF_8);
      }
      return raw == null ? NO_DATA : raw;
    }

    private static boolean isJson(String contentType) {
      return MediaTypes.isJson(MediaTypes.essence(contentType));
    }
  }
}
