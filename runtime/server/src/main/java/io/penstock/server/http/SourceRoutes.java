package io.penstock.server.http;

import io.penstock.connector.HttpRoute;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The routes that a source brings, mounted under {@code /sources/CONNECTOR}.
 *
 * @param connector the name of the connector
 * @param routes its source's routes
 */
public record SourceRoutes(String connector, List<HttpRoute> routes) {

  /** Copies. */
  public SourceRoutes {
    routes = List.copyOf(routes);
  }

  /**
   * Mounts them, each with the reading of its bodies.
   *
   * @param bodies what the bodies of all requests may take
   * @param order of the server's routes in which they come
   */
  List<Route> mount(Router router, BodyBudget bodies, int order) {
    List<Route> mounted = new ArrayList<>();
    for (HttpRoute route : routes) {
      HttpMethod method = HttpMethod.valueOf(route.method());
      String path = "/sources/" + connector + route.path();
      mounted.add(
          router
              .route(method, path)
              .order(order)
              .handler(request -> bodies.admit(request, route.maxBodyBytes()))
              .handler(
                  request ->
                      RequestBody.read(
                          request, route.maxBodyBytes(), body -> handle(route, request, body))));
    }
    return mounted;
  }

  private static void handle(HttpRoute route, RoutingContext request, byte[] body) {
    Context loop = Vertx.currentContext();
    CompletionStage<HttpRoute.Response> answering;
    try {
      answering = route.handler().handle(new Asked(request, body));
    } catch (RuntimeException e) {
      request.fail(e);
      return;
    }
    answering.whenComplete(
        (answer, failure) ->
            loop.runOnContext(
                go -> {
                  if (failure == null) {
                    send(answer, request, loop);
                  } else {
                    request.fail(failure);
                  }
                }));
  }

  private static void send(HttpRoute.Response answer, RoutingContext request, Context loop) {
    HttpServerResponse response = request.response().setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    answer.body().subscribe(new PublisherBody(loop, request));
  }

  private record Asked(RoutingContext request, byte[] body) implements HttpRoute.Request {

    @Override
    public Optional<String> pathParameter(String name) {
      return Optional.ofNullable(request.pathParam(name));
    }

    @Override
    public Optional<String> queryParameter(String name) {
      return request.queryParam(name).stream().findFirst();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(request.request().getHeader(name));
    }

    @Override
    public List<HttpRoute.Header> headers() {
      return request.request().headers().entries().stream()
          .map(header -> new HttpRoute.Header(header.getKey(), header.getValue()))
          .toList();
    }

    @Override
    public InetAddress remoteAddress() {
      try {
        return InetAddress.getByName(request.request().remoteAddress().hostAddress());
      } catch (UnknownHostException e) {
        throw new UncheckedIOException("an address is no name and needs no server", e);
      }
    }
  }
}
