package io.penstock.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sends answers; an error always has the same form. */
final class Answers {

  private static final String SOURCES = "/sources/";

  private Answers() {}

  static void json(RoutingContext request, int status, Object value) {
    send(request, status, "application/json", value);
  }

  private static void send(RoutingContext request, int status, String type, Object value) {
    if (request.response().ended() || request.response().closed()) {
      return; // the client is gone, or was answered by a timeout
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(Buffer.buffer(Json.bytes(value)));
  }

  /**
   * Sends an error.
   *
   * @param code a stable word for programs, in snake_case
   * @param message for people; holds no secret
   */
  static void error(RoutingContext request, int status, String code, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("error_code", code);
    error.put("message", message);
    if (!request.request().path().startsWith(SOURCES)) {
      json(request, status, error);
      return;
    }
    // Sources speak for themselves, as a rule in problem details (RFC 9457): so does what refuses a
    // request before it gets to them.
    error.put("type", "about:blank");
    error.put("title", request.response().setStatusCode(status).getStatusMessage());
    error.put("status", status);
    error.put("code", code);
    error.put("detail", message);
    send(request, status, "application/problem+json", error);
  }
}
