package io.penstock.sink.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a line holds. */
enum LineFormat {
  /**
   * The event in the JSON format of CloudEvents 1.0. JSON payloads stand in it as JSON, texts as
   * texts, anything else as Base64.
   */
  EVENT {
    @Override
    byte[] line(Event event) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(event.data().length + 256);
      try (JsonGenerator json = JSON.createGenerator(line)) {
        json.writeStartObject();
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", event.id());
        json.writeStringField("source", event.source());
        json.writeStringField("type", event.type());
        if (event.subject().isPresent()) {
          json.writeStringField("subject", event.subject().get());
        }
        if (event.time().isPresent()) {
          json.writeStringField("time", event.time().get().toString());
        }
        if (event.dataContentType().isPresent()) {
          json.writeStringField("datacontenttype", event.dataContentType().get());
        }
        for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
          json.writeStringField(extension.getKey(), extension.getValue());
        }
        writeData(json, event);
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory failed", e);
      }
      line.write('\n');
      return line.toByteArray();
    }

    private void writeData(JsonGenerator json, Event event) throws IOException {
      byte[] data = event.data();
      if (data.length == 0) {
        return;
      }
      Optional<String> text = text(data);
      Optional<String> mediaType = event.dataContentType().map(LineFormat::mediaType);
      // Without a media type, readers of this format take the data for JSON.
      if (text.isPresent() && mediaType.map(LineFormat::isJson).orElse(true)) {
        if (holdsJson(text.get())) {
          json.writeFieldName("data");
          json.writeRawValue(onOneLine(text.get()));
          return;
        }
      } else if (text.isPresent() && mediaType.orElse("").startsWith("text/")) {
        json.writeStringField("data", text.get());
        return;
      }
      json.writeBinaryField("data_base64", data);
    }
  },

  /** The payload as it is. */
  DATA {
    @Override
    byte[] line(Event event) throws NoLineException {
      byte[] data = event.data();
      for (byte b : data) {
        if (b == '\n' || b == '\r') {
          data = withoutBreaks(event);
          break;
        }
      }
      byte[] line = java.util.Arrays.copyOf(data, data.length + 1);
      line[data.length] = '\n';
      return line;
    }

    private byte[] withoutBreaks(Event event) throws NoLineException {
      Optional<String> text = text(event.data());
      boolean mayBeJson =
          event.dataContentType().map(LineFormat::mediaType).map(LineFormat::isJson).orElse(true);
      if (mayBeJson && text.isPresent() && holdsJson(text.get())) {
        return onOneLine(text.get()).getBytes(StandardCharsets.UTF_8);
      }
      throw new NoLineException(
          "the payload has a line break and is no JSON, so it is no single line; use format event");
    }
  };

  private static final JsonFactory JSON = new JsonFactory();

  /** A payload that makes no line. */
  static final class NoLineException extends Exception {

    private static final long serialVersionUID = 1L;

    NoLineException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The line of an event, with its line break.
   *
   * @throws NoLineException if the payload makes no line
   */
  abstract byte[] line(Event event) throws NoLineException;

  /** The bytes as text, if they are UTF-8. */
  private static Optional<String> text(byte[] data) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The media type without parameters; with another charset than UTF-8, none that is known. */
  private static String mediaType(String contentType) {
    String lower = contentType.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    int semicolon = lower.indexOf(';');
    if (semicolon < 0) {
      return lower;
    }
    boolean foreign =
        lower.contains("charset=")
            && !lower.contains("charset=utf-8")
            && !lower.contains("charset=us-ascii");
    return foreign ? "application/octet-stream" : lower.substring(0, semicolon);
  }

  private static boolean isJson(String mediaType) {
    return mediaType.equals("application/json")
        || mediaType.equals("text/json")
        || mediaType.endsWith("+json");
  }

  /** Whether the text is one JSON value. */
  private static boolean holdsJson(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** In JSON, line breaks stand only between values, where a space does as well. */
  private static String onOneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }
}
