package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.source.http.log.Appended;
import io.penstock.source.http.log.SegmentLog;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Receives events, and answers 202 when they are on disk. Thread-safe. */
final class EventsRoute implements HttpRoute.Handler {

  /** Until the engine has opened the source, or a group is written. */
  private static final int SOON_SECONDS = 1;

  /** Until somebody has made room. */
  private static final int LATER_SECONDS = 5;

  private final SenderCheck sender;
  private volatile @Nullable Receiver receiver;

  /** Where events go while the source is open. */
  private record Receiver(RequestReader reader, SegmentLog log) {}

  EventsRoute(SenderCheck sender) {
    this.sender = sender;
  }

  /** From now on events are taken. */
  void open(RequestReader reader, SegmentLog log) {
    receiver = new Receiver(reader, log);
  }

  /** From now on no events are taken. */
  void close() {
    receiver = null;
  }

  @Override
  public CompletionStage<Response> handle(HttpRoute.Request request) {
    try {
      sender.check(request);
      Receiver open = receiver;
      if (open == null) {
        return CompletableFuture.completedFuture(notReady());
      }
      List<StoredRequest> events = open.reader().read(request);
      return open.log()
          .append(events.stream().map(StoredRequest::encode).toList())
          .thenApply(result -> answer(result, events.size()));
    } catch (RefusedException e) {
      return CompletableFuture.completedFuture(
          error(e.status(), e.code(), String.valueOf(e.getMessage()), e.headers()));
    }
  }

  private static Response answer(Appended result, int events) {
    return switch (result) {
      case STORED -> json(202, "{\"accepted\":" + events + "}", Map.of());
      case FULL ->
          later(
              429,
              "backlog_full",
              "the backlog of this source has reached maxBacklog",
              LATER_SECONDS);
      case BUSY -> later(503, "busy", "too much waits for the disk just now", SOON_SECONDS);
      case TOO_LARGE ->
          error(413, "too_large", "the events are more than half of maxBacklog", Map.of());
      case FAILED -> later(503, "storage_failed", "the events could not be stored", LATER_SECONDS);
      case CLOSED -> notReady();
    };
  }

  private static Response notReady() {
    return later(503, "not_ready", "the source is not open", SOON_SECONDS);
  }

  private static Response later(int status, String code, String message, int seconds) {
    return error(
        status, code, message + "; try again", Map.of("Retry-After", String.valueOf(seconds)));
  }

  private static Response error(
      int status, String code, String message, Map<String, String> headers) {
    return json(
        status,
        "{\"error_code\":\"" + code + "\",\"message\":\"" + escaped(message) + "\"}",
        headers);
  }

  private static String escaped(String text) {
    StringBuilder json = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else {
        json.append(c < ' ' ? ' ' : c);
      }
    }
    return json.toString();
  }

  private static Response json(int status, String text, Map<String, String> headers) {
    byte[] body = text.getBytes(UTF_8);
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", "application/json");
    all.put("Content-Length", String.valueOf(body.length));
    all.put("Cache-Control", "no-store");
    return Response.of(status, all, body);
  }
}
