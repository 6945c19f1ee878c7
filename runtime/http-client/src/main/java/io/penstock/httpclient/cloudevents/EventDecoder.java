package io.penstock.httpclient.cloudevents;

import io.penstock.cloudevents.BinaryEvent;
import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.JsonText;
import io.penstock.cloudevents.StructuredEvent;
import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import io.penstock.httpclient.AnswerHeaders;
import java.util.ArrayList;
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
        return contentType != null && CloudEvents.isJson(contentType);
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
    String mediaType = contentType == null ? "" : CloudEvents.mediaType(contentType);
    if (mediaType.equals(CloudEvents.STRUCTURED_JSON)) {
      return new Content.One(StructuredEvent.decode(body, extensions -> {}));
    }
    if (mediaType.equals(CloudEvents.BATCH_JSON)) {
      List<Event> events = new ArrayList<>();
      for (byte[] event : JsonText.elements(body, Integer.MAX_VALUE)) {
        events.add(StructuredEvent.decode(event, extensions -> {}));
      }
      return new Content.Batch(List.copyOf(events));
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
            attributes.put(name.substring(PREFIX.length()), value);
          }
        });
    return BinaryEvent.decode(attributes, contentType, body);
  }
}
