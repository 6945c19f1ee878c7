package io.penstock.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * Reads the body of a request as it is, whatever its type: the library's own handler takes forms
 * apart and leaves nothing of them. Used on the event loop.
 */
final class RequestBody {

  private final RoutingContext request;
  private final long maxBytes;
  private final Consumer<byte[]> whole;
  private final Buffer body = Buffer.buffer();
  private boolean over;

  private RequestBody(RoutingContext request, long maxBytes, Consumer<byte[]> whole) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.whole = whole;
  }

  /**
   * Reads a body that nothing of was read yet.
   *
   * @param maxBytes a longer one is answered with 413
   * @param whole gets it, unless the request breaks off
   */
  static void read(RoutingContext request, long maxBytes, Consumer<byte[]> whole) {
    new RequestBody(request, maxBytes, whole).begin();
  }

  private void begin() {
    HttpServerRequest http = request.request();
    http.exceptionHandler(this::broken);
    http.handler(this::part);
    http.endHandler(end -> whole());
    if (BodyBudget.declared(http, maxBytes) > maxBytes) {
      refuse(413);
    } else if ("100-continue".equalsIgnoreCase(http.getHeader(HttpHeaders.EXPECT))) {
      http.response().writeContinue();
    }
  }

  private void part(Buffer part) {
    if (!over && (long) body.length() + part.length() > maxBytes) {
      refuse(413);
    } else if (!over) {
      body.appendBuffer(part);
    }
  }

  /** The sender went away, or sends no HTTP any more: no failure of this worker's. */
  private void broken(Throwable cause) {
    refuse(400);
  }

  private void refuse(int status) {
    if (!over) {
      over = true;
      if (!request.response().closed()) {
        request.fail(status);
      }
    }
  }

  private void whole() {
    if (!over) {
      over = true;
      whole.accept(body.getBytes());
    }
  }
}
