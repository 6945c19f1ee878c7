package io.penstock.server.http;

import io.penstock.connector.HttpRoute;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

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

  void mount(Router router) {
    for (HttpRoute route : routes) {
      router
          .route(HttpMethod.valueOf(route.method()), "/sources/" + connector + route.path())
          .handler(request -> handle(route, request));
    }
  }

  private static void handle(HttpRoute route, RoutingContext request) {
    Context loop = Vertx.currentContext();
    route
        .handler()
        .handle(new Asked(request))
        .whenComplete(
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
    answer.body().subscribe(new PublisherBody(loop, response));
  }

  private record Asked(RoutingContext request) implements HttpRoute.Request {

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
    public byte[] body() {
      Buffer body = request.body().buffer();
      return body == null ? new byte[0] : body.getBytes();
    }
  }
}
