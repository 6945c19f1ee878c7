package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes events in the JSON format of CloudEvents. A JSON payload goes into the document byte for
 * byte; text goes in as text; anything else as Base64. Any thread.
 */
public final class EventJson {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();
  private static final int ENVELOPE_BYTES = 512;
  private static final String FOREIGN = "application/octet-stream";

  /** The first byte of one: the parser takes it, but it has no place inside a document. */
  private static final byte BYTE_ORDER_MARK = (byte) 0xef;

  private EventJson() {}

  /** One document. */
  public static byte[] write(Event event) {
    ByteArrayOutputStream document =
        new ByteArrayOutputStream(event.data().length + ENVELOPE_BYTES);
    try (JsonGenerator json = JSON.createGenerator(document)) {
      write(event, json, document);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return document.toByteArray();
  }

  /** An array of documents. */
  public static byte[] write(List<Event> events) {
    int size = 2;
    for (Event event : events) {
      size += event.data().length + ENVELOPE_BYTES;
    }
    ByteArrayOutputStream document = new ByteArrayOutputStream(size);
    try (JsonGenerator json = JSON.createGenerator(document)) {
      json.writeStartArray();
      for (Event event : events) {
        write(event, json, document);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return document.toByteArray();
  }

  private static void write(Event event, JsonGenerator json, ByteArrayOutputStream document)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("specversion", "1.0");
    json.writeStringField("id", event.id());
    json.writeStringField("source", event.source());
    json.writeStringField("type", event.type());
    writeOptional("subject", event.subject(), json);
    writeOptional("time", event.time().map(Object::toString), json);
    writeOptional("datacontenttype", event.dataContentType(), json);
    for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
      json.writeStringField(extension.getKey(), extension.getValue());
    }
    if (event.data().length > 0) {
      writeData(event, json, document);
    }
    json.writeEndObject();
  }

  private static void writeOptional(String name, Optional<String> value, JsonGenerator json)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private static void writeData(Event event, JsonGenerator json, ByteArrayOutputStream document)
      throws IOException {
    byte[] payload = event.data();
    String contentType = event.dataContentType().orElse("");
    String mediaType =
        contentType.isEmpty() || !isOfForeignCharset(contentType)
            ? CloudEvents.mediaType(contentType)
            : FOREIGN;
    // Without a media type, readers take the data for JSON.
    boolean mayBeJson =
        contentType.isEmpty()
            ? isContainer(payload) || isBare(payload)
            : CloudEvents.isJson(mediaType);
    if (mayBeJson && isJson(payload)) {
      json.writeFieldName("data");
      json.writeRawValue("");
      json.flush();
      document.write(payload);
      return;
    }
    String text = mediaType.startsWith("text/") ? text(payload) : null;
    if (text != null) {
      json.writeStringField("data", text);
    } else {
      json.writeFieldName("data_base64");
      json.writeBinary(payload);
    }
  }

  /** A reader may take the texts of the document for bytes in that charset. */
  private static boolean isOfForeignCharset(String contentType) {
    String lower = contentType.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    return lower.contains("charset=")
        && !lower.contains("charset=utf-8")
        && !lower.contains("charset=us-ascii");
  }

  /**
   * Whether it begins and ends as JSON objects do, or is a JSON array: enough to give it a media
   * type. Lines of logs begin and end as arrays do.
   */
  public static boolean looksLikeJson(byte[] payload) {
    if (payload.length < 2) {
      return false;
    }
    byte last = payload[payload.length - 1];
    if (payload[0] == '[') {
      return last == ']' && isJson(payload);
    }
    int second = 1;
    while (second < payload.length - 1 && payload[second] <= ' ' && payload[second] > 0) {
      second++;
    }
    return payload[0] == '{' && last == '}' && "\"}".indexOf(payload[second]) >= 0;
  }

  /** Without white space around it, of which nobody would know whether it means something. */
  private static boolean isBare(byte[] payload) {
    int first = payload[0] & 0xff;
    int last = payload[payload.length - 1] & 0xff;
    return first > ' ' && last > ' ';
  }

  private static boolean isContainer(byte[] payload) {
    return payload[0] == '{' || payload[0] == '[';
  }

  /** Whether it is one JSON value in UTF-8: anything else would spoil the document around it. */
  private static boolean isJson(byte[] payload) {
    if (payload[0] == BYTE_ORDER_MARK || !isText(payload)) {
      return false;
    }
    // Behind a number that stands alone the parser doesn't look closely.
    byte[] array = isContainer(payload) ? payload : inArray(payload);
    try (JsonParser parser = JSON.createParser(array)) {
      parser.nextToken();
      if (array == payload) {
        parser.skipChildren();
        return parser.nextToken() == null;
      }
      if (parser.nextToken() == JsonToken.END_ARRAY) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == JsonToken.END_ARRAY && parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static byte[] inArray(byte[] payload) {
    byte[] array = new byte[payload.length + 2];
    array[0] = '[';
    System.arraycopy(payload, 0, array, 1, payload.length);
    array[array.length - 1] = ']';
    return array;
  }

  /** Whether it is UTF-8. A zero byte would have the parser take it for UTF-16 or UTF-32. */
  private static boolean isText(byte[] bytes) {
    boolean ascii = true;
    for (byte b : bytes) {
      if (b == 0) {
        return false;
      }
      ascii &= b > 0;
    }
    return ascii || text(bytes) != null;
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
