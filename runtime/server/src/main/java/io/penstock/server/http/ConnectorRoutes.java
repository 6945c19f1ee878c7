package io.penstock.server.http;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SeekTarget;
import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.Engine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connectors: how they are, and what operators do with them. */
final class ConnectorRoutes {

  private static final Duration SEEK_TIMEOUT = Duration.ofSeconds(30);
  private static final int LONGEST_NAME = 100;

  /** One connector in the list. */
  record Summary(
      String name,
      @Nullable String state,
      boolean paused,
      long lag,
      double eventsPerSecond,
      List<String> health) {

    static Summary of(ConnectorStatus status) {
      long lag = status.lanes().stream().mapToLong(LaneStatus::lag).filter(l -> l > 0).sum();
      return new Summary(
          status.name(),
          Json.camelCase(status.state()),
          status.paused().isPresent(),
          lag,
          status.eventsPerSecond(),
          status.health());
    }

    static Summary silent(String name) {
      return new Summary(name, null, false, 0, 0, List.of("does not tell its status"));
    }
  }

  private final Vertx vertx;
  private final Engine engine;
  private final Statuses statuses;

  ConnectorRoutes(Vertx vertx, Engine engine, Statuses statuses) {
    this.vertx = vertx;
    this.engine = engine;
    this.statuses = statuses;
  }

  void mount(Router router) {
    router.get("/connectors").handler(this::list);
    router.get("/connectors/:name/status").handler(r -> with(r, c -> status(r, c)));
    router
        .put("/connectors/:name/pause")
        .handler(r -> with(r, c -> change(r, c, Connector::pause)));
    router
        .put("/connectors/:name/resume")
        .handler(r -> with(r, c -> change(r, c, Connector::resume)));
    router.post("/connectors/:name/seek").handler(r -> with(r, c -> seek(r, c)));
  }

  private void list(RoutingContext request) {
    statuses
        .of(engine.connectors())
        .onSuccess(
            all -> {
              List<Summary> summaries =
                  java.util.stream.Stream.concat(
                          all.statuses().stream().map(Summary::of),
                          all.silent().stream().map(Summary::silent))
                      .sorted(java.util.Comparator.comparing(Summary::name))
                      .toList();
              Answers.json(request, 200, Map.of("connectors", summaries));
            })
        .onFailure(request::fail);
  }

  private void status(RoutingContext request, Connector connector) {
    statuses
        .of(connector)
        .onSuccess(status -> Answers.json(request, 200, status))
        .onFailure(e -> failed(request, e));
  }

  /** Pauses and resumes: durable before the answer, so off the event loop. */
  private void change(
      RoutingContext request, Connector connector, BiConsumer<Connector, String> change) {
    Optional<JsonObject> body = body(request);
    if (body.isEmpty()) {
      return;
    }
    Object by = body.get().getValue("by");
    if (by != null && !(by instanceof String s && !s.isBlank() && s.length() <= LONGEST_NAME)) {
      Answers.error(
          request, 400, "bad_request", "'by' is a text of 1 to " + LONGEST_NAME + " characters");
      return;
    }
    String who = by == null ? "http " + request.request().remoteAddress().host() : (String) by;
    Future<Void> changed =
        vertx.executeBlocking(
            () -> {
              change.accept(connector, who);
              return null;
            },
            false);
    changed.onSuccess(done -> status(request, connector)).onFailure(e -> failed(request, e));
  }

  private void seek(RoutingContext request, Connector connector) {
    Optional<JsonObject> body = body(request);
    if (body.isEmpty()) {
      return;
    }
    Optional<SeekTarget> target = target(body.get().getValue("to"));
    if (!(body.get().getValue("lane") instanceof String lane) || target.isEmpty()) {
      Answers.error(
          request,
          400,
          "bad_request",
          "send {\"lane\": NAME, \"to\": WHERE}, where WHERE is \"earliest\", \"latest\", an"
              + " instant such as \"2026-01-31T08:00:00Z\", or a position such as 1234");
      return;
    }
    statuses
        .within(SEEK_TIMEOUT, connector.seek(lane, target.get()), "the seek of lane " + lane)
        .onSuccess(
            position -> Answers.json(request, 200, Map.of("lane", lane, "position", position)))
        .onFailure(e -> failed(request, e));
  }

  private static Optional<SeekTarget> target(@Nullable Object to) {
    if (to instanceof Integer || to instanceof Long) {
      long position = ((Number) to).longValue();
      return position < 0 ? Optional.empty() : Optional.of(new SeekTarget.Position(position));
    }
    if (!(to instanceof String word)) {
      return Optional.empty();
    }
    return switch (word) {
      case "earliest" -> Optional.of(new SeekTarget.Earliest());
      case "latest" -> Optional.of(new SeekTarget.Latest());
      default -> {
        try {
          yield Optional.of(new SeekTarget.At(Instant.parse(word)));
        } catch (DateTimeParseException e) {
          yield Optional.empty(); // the caller says what is expected
        }
      }
    };
  }

  private void with(RoutingContext request, Consumer<Connector> handler) {
    String name = request.pathParam("name");
    Optional<Connector> connector = engine.connector(name);
    if (connector.isPresent()) {
      handler.accept(connector.get());
    } else {
      Answers.error(
          request,
          404,
          "unknown_connector",
          "there is no connector '" + name + "'; GET /connectors lists them");
    }
  }

  /** The body, an empty object if there is none; answers and returns empty if it is no object. */
  private static Optional<JsonObject> body(RoutingContext request) {
    try {
      JsonObject body =
          request.body().length() <= 0 ? new JsonObject() : request.body().asJsonObject();
      return Optional.of(body == null ? new JsonObject() : body);
    } catch (DecodeException | ClassCastException e) {
      Answers.error(request, 400, "bad_request", "the body is not a JSON object");
      return Optional.empty();
    }
  }

  private static void failed(RoutingContext request, Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    Throwable cause = e instanceof java.util.concurrent.CompletionException ? e.getCause() : e;
    if (cause instanceof ConnectorException refused) {
      Answers.error(request, 409, "refused", String.valueOf(refused.getMessage()));
    } else if (cause instanceof java.util.concurrent.TimeoutException) {
      Answers.error(request, 504, "timeout", message);
    } else {
      request.fail(cause);
    }
  }
}
