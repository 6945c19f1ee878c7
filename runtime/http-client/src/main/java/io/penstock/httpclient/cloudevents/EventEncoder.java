package io.penstock.httpclient.cloudevents;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.EventJson;
import io.penstock.cloudevents.HeaderText;
import io.penstock.functions.Event;
import io.penstock.httpclient.OutgoingRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes requests of events. */
public final class EventEncoder {

  private static final String CONTENT_TYPE = "content-type";
  private static final String JSON = "; charset=utf-8";

  private EventEncoder() {}

  /**
   * The request for these events.
   *
   * @param events at least one; more than one only in a mode that takes many
   * @return its headers may be added to
   */
  public static OutgoingRequest encode(EventMode mode, List<Event> events) {
    if (events.size() != 1 && !mode.takesMany()) {
      throw new IllegalArgumentException(events.size() + " events in a request of mode " + mode);
    }
    Map<String, String> headers = new HashMap<>();
    return switch (mode) {
      case BINARY -> binary(events.get(0), headers);
      case PLAIN -> plain(events.get(0), headers);
      case STRUCTURED -> {
        headers.put(CONTENT_TYPE, CloudEvents.STRUCTURED_JSON + JSON);
        yield new OutgoingRequest(headers, EventJson.write(events.get(0)));
      }
      case BATCHED -> {
        headers.put(CONTENT_TYPE, CloudEvents.BATCH_JSON + JSON);
        yield new OutgoingRequest(headers, EventJson.write(events));
      }
    };
  }

  private static OutgoingRequest plain(Event event, Map<String, String> headers) {
    Optional<String> type = event.dataContentType();
    if (type.isPresent()) {
      headers.put(CONTENT_TYPE, HeaderText.contentType(type.get()));
    } else if (EventJson.isUndeclaredJson(event)) {
      headers.put(CONTENT_TYPE, "application/json");
    }
    return new OutgoingRequest(headers, event.data());
  }

  private static OutgoingRequest binary(Event event, Map<String, String> headers) {
    headers.put("ce-specversion", "1.0");
    headers.put("ce-id", HeaderText.encode(event.id()));
    headers.put("ce-source", HeaderText.encode(event.source()));
    headers.put("ce-type", HeaderText.encode(event.type()));
    event.subject().ifPresent(subject -> headers.put("ce-subject", HeaderText.encode(subject)));
    event.time().ifPresent(time -> headers.put("ce-time", time.toString()));
    event
        .extensions()
        .forEach((name, value) -> headers.put("ce-" + name, HeaderText.encode(value)));
    return plain(event, headers);
  }
}
