package io.penstock.source.http;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.HeaderText;
import io.penstock.cloudevents.JsonText;
import io.penstock.connector.DecodeException;
import io.penstock.connector.HttpRoute.Header;
import io.penstock.connector.HttpRoute.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Turns requests into events, checked so far that they can be read later. A request that is no
 * CloudEvent becomes one in binary mode, so that its id stays the same however often it is read.
 * Thread-safe.
 */
final class RequestReader {

  /** What a request may hold, however short they are: each takes memory of its own. */
  static final int MAX_EVENTS = 10_000;

  private static final String BATCH = "application/cloudevents-batch+json";
  private static final String ANY_CLOUD_EVENT = "application/cloudevents";
  private static final String VERSION = BinaryHeaders.PREFIX + "specversion";
  private static final String ID = "id";

  private final PlainEvents plain;
  private final InstantSource clock;

  /** What the array of a JSON body is. */
  enum Arrays {
    EVENT,
    BATCH
  }

  /**
   * How requests become events that are none.
   *
   * @param source of the events
   * @param type of the events
   * @param arrays whether an array holds an event each element
   * @param attributes names of headers by the attribute that they hold
   */
  record PlainEvents(String source, String type, Arrays arrays, Map<String, String> attributes) {}

  RequestReader(PlainEvents plain, InstantSource clock) {
    this.plain = plain;
    this.clock = clock;
  }

  /**
   * The events of a request, in their order; none for an empty batch.
   *
   * @throws RefusedException if it holds anything else
   */
  List<StoredRequest> read(Request request) throws RefusedException {
    if (request
        .header("Content-Encoding")
        .filter(e -> !e.equalsIgnoreCase("identity"))
        .isPresent()) {
      throw RefusedException.unsupported("send the body without Content-Encoding");
    }
    String contentType = request.header("Content-Type").orElse("");
    String mediaType = CloudEvents.mediaType(contentType);
    try {
      if (mediaType.equals(BATCH)) {
        return structured(JsonText.elements(request.body(), MAX_EVENTS));
      }
      if (mediaType.equals(CloudEvents.STRUCTURED_JSON)) {
        return structured(List.of(request.body()));
      }
      if (mediaType.startsWith(ANY_CLOUD_EVENT)) {
        throw RefusedException.unsupported(
            "content type "
                + mediaType
                + " is not understood, only "
                + CloudEvents.STRUCTURED_JSON
                + " and "
                + BATCH);
      }
      if (request.header(VERSION).isPresent()) {
        return List.of(binary(request));
      }
      if (CloudEvents.isJson(mediaType)) {
        return plain(request, contentType);
      }
    } catch (DecodeException e) {
      throw RefusedException.badRequest(e.getMessage());
    }
    throw RefusedException.unsupported(
        "send Content-Type: application/json, or a CloudEvent (header ce-specversion, or content"
            + " type "
            + CloudEvents.STRUCTURED_JSON
            + " or "
            + BATCH
            + ")");
  }

  private static List<StoredRequest> structured(List<byte[]> documents) {
    List<StoredRequest> events = new ArrayList<>(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      List<Header> headers =
          List.of(new Header(StoredRequest.CONTENT_TYPE, CloudEvents.STRUCTURED_JSON));
      StoredRequest event = new StoredRequest(headers, documents.get(i));
      try {
        ReceivedRecord.decode(event);
      } catch (DecodeException e) {
        throw documents.size() == 1 ? e : new DecodeException("event " + i + ": " + e.getMessage());
      }
      events.add(event);
    }
    return events;
  }

  private static StoredRequest binary(Request request) {
    List<Header> headers = new ArrayList<>();
    for (Header header : request.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.startsWith(BinaryHeaders.PREFIX) || name.equals(StoredRequest.CONTENT_TYPE)) {
        headers.add(new Header(name, header.value()));
      }
    }
    StoredRequest event = new StoredRequest(headers, request.body());
    BinaryHeaders.decode(event);
    return event;
  }

  private List<StoredRequest> plain(Request request, String contentType) {
    byte[] body = request.body();
    Map<String, String> attributes = attributes(request);
    if (plain.arrays() == Arrays.EVENT || !beginsAsArray(body)) {
      JsonText.check(body, "the body");
      return List.of(plain(attributes, contentType, body));
    }
    Optional<String> id = Optional.ofNullable(attributes.get(ID));
    List<StoredRequest> events = new ArrayList<>();
    for (byte[] element : JsonText.elements(body, MAX_EVENTS)) {
      id.ifPresent(known -> attributes.put(ID, known + "-" + events.size()));
      events.add(plain(attributes, contentType, element));
    }
    return events;
  }

  private static boolean beginsAsArray(byte[] body) {
    int first = 0;
    while (first < body.length && body[first] > 0 && body[first] <= ' ') {
      first++;
    }
    return first < body.length && body[first] == '[';
  }

  private Map<String, String> attributes(Request request) {
    Map<String, String> attributes = new TreeMap<>();
    plain
        .attributes()
        .forEach(
            (attribute, header) ->
                request
                    .header(header)
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> attributes.put(attribute, value)));
    return attributes;
  }

  private StoredRequest plain(Map<String, String> attributes, String contentType, byte[] body) {
    Map<String, String> all = new TreeMap<>();
    all.put("specversion", "1.0");
    all.put("source", plain.source());
    all.put("type", plain.type());
    all.put("time", Instant.ofEpochMilli(clock.millis()).toString());
    all.putAll(attributes);
    all.computeIfAbsent(ID, none -> UUID.randomUUID().toString());
    List<Header> headers = new ArrayList<>(all.size() + 1);
    headers.add(new Header(StoredRequest.CONTENT_TYPE, contentType));
    all.forEach(
        (name, value) ->
            headers.add(new Header(BinaryHeaders.PREFIX + name, HeaderText.encode(value))));
    return new StoredRequest(headers, body);
  }
}
