package io.penstock.source.http;

import io.penstock.cloudevents.BinaryEvent;
import io.penstock.connector.DecodeException;
import io.penstock.connector.HttpRoute.Header;
import io.penstock.functions.Event;
import java.util.HashMap;
import java.util.Map;

/** Requests that are events in the binary mode of the HTTP binding of CloudEvents. */
final class BinaryHeaders {

  /** What the names of attributes begin with. */
  static final String PREFIX = "ce-";

  private BinaryHeaders() {}

  /**
   * The event of a request.
   *
   * @throws DecodeException if its headers make none; says which one is wrong
   */
  static Event decode(StoredRequest request) {
    Map<String, String> attributes = new HashMap<>();
    for (Header header : request.headers()) {
      if (header.name().startsWith(PREFIX)) {
        String name = header.name().substring(PREFIX.length());
        if (attributes.put(name, header.value()) != null) {
          throw new DecodeException("CloudEvent: header " + header.name() + " stands there twice");
        }
      }
    }
    return BinaryEvent.decode(
        attributes, request.header(StoredRequest.CONTENT_TYPE).orElse(null), request.body());
  }
}
