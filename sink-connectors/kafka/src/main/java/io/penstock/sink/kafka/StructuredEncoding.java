package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
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
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The structured mode of the Kafka binding of CloudEvents 1.0, in its JSON format. A JSON payload
 * goes into the document byte for byte; text goes in as text; anything else as Base64.
 */
final class StructuredEncoding implements Encoding {

  private static final Header CONTENT_TYPE =
      new RecordHeader(
          "content-type", "application/cloudevents+json; charset=UTF-8".getBytes(UTF_8));

  private static final JsonFactory JSON = new JsonFactory();
  private static final int ENVELOPE_BYTES = 512;

  @Override
  public byte @Nullable [] encode(Event event, byte @Nullable [] key, List<Header> headers) {
    byte[] payload = Encoding.payload(event);
    if (payload == null) {
      // A document would be a value, and no value is what is asked for: attributes go as headers.
      return new BinaryEncoding().encode(event, key, headers);
    }
    headers.add(CONTENT_TYPE);
    ByteArrayOutputStream document = new ByteArrayOutputStream(payload.length + ENVELOPE_BYTES);
    try (JsonGenerator json = JSON.createGenerator(document)) {
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
      if (payload.length > 0) {
        writeData(payload, event.dataContentType().orElse(""), json, document);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return document.toByteArray();
  }

  private static void writeOptional(String name, Optional<String> value, JsonGenerator json)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private static void writeData(
      byte[] payload, String contentType, JsonGenerator json, ByteArrayOutputStream document)
      throws IOException {
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if ((mediaType.endsWith("/json") || mediaType.endsWith("+json")) && isJson(payload)) {
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

  /** Whether it is one JSON value in UTF-8: anything else would spoil the document around it. */
  private static boolean isJson(byte[] payload) {
    if (text(payload) == null) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(payload)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
