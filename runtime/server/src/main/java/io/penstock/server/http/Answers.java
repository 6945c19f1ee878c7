package io.penstock.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Sends answers; an error always has the same form. */
final class Answers {

  private Answers() {}

  static void json(RoutingContext request, int status, Object value) {
    if (request.response().ended() || request.response().closed()) {
      return; // the client is gone, or was answered by a timeout
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
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
    json(request, status, Map.of("error_code", code, "message", message));
  }
}
