package io.penstock.httpclient.cloudevents;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.EventJson;
import io.penstock.cloudevents.HeaderText;
import io.penstock.functions.Event;
import io.penstock.httpclient.OutgoingRequest;
import io.penstock.httpclient.RequestHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes requests of events. */
public final class EventEncoder {

  private static final String CONTENT_TYPE = "content-type";
  private static final String JSON = "; charset=utf-8";

  /**
   * Headers of extensions seen so far: few, but extensions name themselves, so there is a bound.
   */
  private static final Map<String, String> NAMES = new ConcurrentHashMap<>();

  private static final int MOST_NAMES = 256;

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
    RequestHeaders headers = new RequestHeaders();
    return switch (mode) {
      case BINARY -> binary(events.get(0), headers);
      case PLAIN -> plain(events.get(0), headers);
      case STRUCTURED -> {
        headers.add(CONTENT_TYPE, CloudEvents.STRUCTURED_JSON + JSON);
        yield new OutgoingRequest(headers, EventJson.write(events.get(0)));
      }
      case BATCHED -> {
        headers.add(CONTENT_TYPE, CloudEvents.BATCH_JSON + JSON);
        yield new OutgoingRequest(headers, EventJson.write(events));
      }
    };
  }

  private static OutgoingRequest plain(Event event, RequestHeaders headers) {
    Optional<String> type = event.dataContentType();
    if (type.isPresent()) {
      headers.add(CONTENT_TYPE, HeaderText.contentType(type.get()));
    } else if (EventJson.looksLikeJson(event.data())) {
      headers.add(CONTENT_TYPE, "application/json");
    }
    return new OutgoingRequest(headers, event.data());
  }

  private static OutgoingRequest binary(Event event, RequestHeaders headers) {
    headers.add("ce-specversion", "1.0");
    headers.add("ce-id", HeaderText.encode(event.id()));
    headers.add("ce-source", HeaderText.encode(event.source()));
    headers.add("ce-type", HeaderText.encode(event.type()));
    Optional<String> subject = event.subject();
    if (subject.isPresent()) {
      headers.add("ce-subject", HeaderText.encode(subject.get()));
    }
    Optional<Instant> time = event.time();
    if (time.isPresent()) {
      headers.add("ce-time", time.get().toString());
    }
    for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
      headers.add(name(extension.getKey()), HeaderText.encode(extension.getValue()));
    }
    return plain(event, headers);
  }

  private static String name(String extension) {
    String known = NAMES.get(extension);
    if (known == null) {
      known = "ce-" + extension;
      if (NAMES.size() < MOST_NAMES) {
        NAMES.put(extension, known);
      }
    }
    return known;
  }
}
