package io.penstock.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes the bodies of requests may take that are being received or handled. A request
 * reserves what it says it will send, or all that it may send. Used on the event loop.
 */
final class BodyBudget {

  private static final String MAX_BODY = "penstock.maxBodyBytes";

  private final long maxBytes;
  private long reserved;

  BodyBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Reserves what a request needs until it is answered, or answers that the worker is busy. */
  void admit(RoutingContext request, long maxBody) {
    request.put(MAX_BODY, maxBody);
    long bytes = Math.min(declared(request.request(), maxBody), maxBody);
    if (reserved > 0 && reserved + bytes > maxBytes) {
      request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
      Answers.error(
          request,
          503,
          "busy",
          "this worker receives " + reserved + " bytes of other requests just now; try again");
      return;
    }
    reserved += bytes;
    request.addEndHandler(end -> reserved -= bytes);
    request.next();
  }

  /** Without a length the body may be as long as it is let. */
  static long declared(HttpServerRequest request, long maxBody) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      boolean mayHaveBody =
          request.version() == HttpVersion.HTTP_2
              || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
      return mayHaveBody ? maxBody : 0;
    }
    try {
      return Math.max(0, Long.parseLong(length));
    } catch (NumberFormatException e) {
      return maxBody; // the server refuses it as soon as it reads on
    }
  }

  /** How many bytes a body may have on the route that a request took. */
  static long maxBody(RoutingContext request, long otherwise) {
    @Nullable Long max = request.get(MAX_BODY);
    return max == null ? otherwise : max;
  }
}
