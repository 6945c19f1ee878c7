package io.penstock.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out: a page that somebody on this machine looks at can make their browser send
 * requests here.
 *
 * <ul>
 *   <li>On a loopback address the {@code Host} must name this machine, so that no other name can be
 *       made to point here (DNS rebinding).
 *   <li>What changes something needs a JSON content type or the header {@code X-Penstock}: a page of
 *       another origin can send neither without asking first, and that is never granted.
 * </ul>
 */
final class BrowserGuard {

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
  private static final String HEADER = "X-Penstock";
  private static final String JSON = "application/json";

  private final boolean loopback;
  private final String host;

  BrowserGuard(HttpAddress address) {
    this.loopback = address.isLoopback();
    this.host = address.host().toLowerCase(Locale.ROOT);
  }

  /** For every request. */
  void checkHost(RoutingContext request) {
    if (loopback && !namesThisMachine(request.request().authority())) {
      Answers.error(
          request,
          403,
          "forbidden_host",
          "this worker listens on a loopback address: ask for it as localhost or 127.0.0.1");
      return;
    }
    request.next();
  }

  private boolean namesThisMachine(@Nullable HostAndPort authority) {
    if (authority == null) {
      return false;
    }
    String asked = authority.host().toLowerCase(Locale.ROOT);
    return THIS_MACHINE.contains(asked) || asked.equals(host);
  }

  /** For requests of operators. */
  void checkChange(RoutingContext request) {
    HttpServerRequest http = request.request();
    boolean reads = http.method().equals(HttpMethod.GET) || http.method().equals(HttpMethod.HEAD);
    if (reads || http.getHeader(HEADER) != null || isJson(http)) {
      request.next();
      return;
    }
    Answers.error(
        request,
        415,
        "not_json",
        "send the header Content-Type: application/json, also without a body");
  }

  private static boolean isJson(HttpServerRequest http) {
    String type = http.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null) {
      return false;
    }
    int parameters = type.indexOf(';');
    return JSON.equalsIgnoreCase((parameters < 0 ? type : type.substring(0, parameters)).strip());
  }
}
