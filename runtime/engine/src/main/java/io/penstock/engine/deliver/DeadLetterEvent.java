package io.penstock.engine.deliver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter: an event that could not be handled, whole, with where it came from and why it died.
 * Putting it back needs nothing else.
 *
 * <p>It is a CloudEvent of type {@code io.penstock.deadletter.v1} with JSON data; its id is made of
 * the event's id and the place where it died, so it stays the same when it is written again. The
 * payload is made when it is first asked for, on the thread that delivers it.
 *
 * <pre>{@code
 * { "version": 1, "connector": "orders", "function": "invoice",
 *   "cause": { "code": "FUNCTION_ERROR", "text": "...", "sink": "onSuccess[0] kafka" },
 *   "attempts": 5, "takenAt": "...", "failedAt": "...",
 *   "lane": "orders-3", "position": 42,
 *   "event": { "id": "...", "source": "...", "type": "...", "extensions": { } },
 *   "original": { "key": "base64", "headers": [ { "name": "h", "value": "base64" } ], "value": "base64" },
 *   "result": { "id": "...", "data": "base64" } }
 * }</pre>
 */
public final class DeadLetterEvent implements Event {

  /** The type of the event. */
  public static final String TYPE = "io.penstock.deadletter.v1";

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Why an event died.
   *
   * @param code a stable upper-case word, for example {@code FUNCTION_ERROR}
   * @param text what happened
   * @param sink the sink that did not take its result, if that was it
   * @param result the result it did not take, if there was one
   */
  public record Cause(String code, String text, @Nullable String sink, @Nullable Event result) {}

  /**
   * Where and when it died.
   *
   * @param connector the connector
   * @param function the function, or null for a plain stream
   * @param lane the lane it came from
   * @param attempts how many attempts have failed; none if it was rejected at once
   * @param takenAt when it was taken from the source
   * @param failedAt when it was given up
   */
  public record Circumstances(
      String connector,
      @Nullable String function,
      String lane,
      int attempts,
      Instant takenAt,
      Instant failedAt) {}

  private final SourceRecord record;
  private final @Nullable Event event;
  private final Cause cause;
  private final Circumstances circumstances;
  private volatile byte @Nullable [] data; // several failure sinks may ask at the same time

  /**
   * A dead letter.
   *
   * @param record as it came
   * @param event the record as an event; null if it could not be read as one
   */
  public DeadLetterEvent(
      SourceRecord record, @Nullable Event event, Cause cause, Circumstances circumstances) {
    this.record = record;
    this.event = event;
    this.cause = cause;
    this.circumstances = circumstances;
  }

  @Override
  public String id() {
    String of = event == null ? circumstances.lane() + "/" + record.position() : event.id();
    return cause.sink() == null ? of + "/dead" : of + "/dead/" + cause.sink();
  }

  @Override
  public String source() {
    return "penstock/" + circumstances.connector();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<String> subject() {
    return event == null ? Optional.empty() : Optional.of(event.id());
  }

  @Override
  public Optional<Instant> time() {
    return Optional.of(circumstances.failedAt());
  }

  @Override
  public Optional<String> dataContentType() {
    return Optional.of("application/json");
  }

  @Override
  public Map<String, String> extensions() {
    return Map.of("penstockcause", cause.code());
  }

  @Override
  public byte[] data() {
    byte[] made = data;
    if (made == null) {
      made = write();
      data = made;
    }
    return made;
  }

  private byte[] write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("version", 1);
      json.writeStringField("connector", circumstances.connector());
      if (circumstances.function() != null) {
        json.writeStringField("function", circumstances.function());
      }
      json.writeObjectFieldStart("cause");
      json.writeStringField("code", cause.code());
      json.writeStringField("text", cause.text());
      if (cause.sink() != null) {
        json.writeStringField("sink", cause.sink());
      }
      json.writeEndObject();
      json.writeNumberField("attempts", circumstances.attempts());
      json.writeStringField("takenAt", circumstances.takenAt().toString());
      json.writeStringField("failedAt", circumstances.failedAt().toString());
      json.writeStringField("lane", circumstances.lane());
      json.writeNumberField("position", record.position());
      if (event != null) {
        json.writeFieldName("event");
        writeAttributes(json, event);
        json.writeEndObject();
      }
      writeOriginal(json, record.original());
      if (cause.result() != null) {
        json.writeFieldName("result");
        writeAttributes(json, cause.result());
        json.writeBinaryField("data", cause.result().data());
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a dead letter could not be written in memory", e);
    }
    return out.toByteArray();
  }

  private static void writeAttributes(JsonGenerator json, Event event) throws IOException {
    json.writeStartObject();
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
    json.writeObjectFieldStart("extensions");
    for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
      json.writeStringField(extension.getKey(), extension.getValue());
    }
    json.writeEndObject();
  }

  private static void writeOriginal(JsonGenerator json, OriginalRecord original)
      throws IOException {
    json.writeObjectFieldStart("original");
    writeBytes(json, "key", original.key());
    json.writeArrayFieldStart("headers");
    for (OriginalRecord.Header header : original.headers()) {
      json.writeStartObject();
      json.writeStringField("name", header.name());
      writeBytes(json, "value", header.value());
      json.writeEndObject();
    }
    json.writeEndArray();
    writeBytes(json, "value", original.value());
    json.writeEndObject();
  }

  private static void writeBytes(JsonGenerator json, String name, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(name);
    } else {
      json.writeBinaryField(name, bytes);
    }
  }
}
