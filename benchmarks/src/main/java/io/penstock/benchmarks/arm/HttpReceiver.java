package io.penstock.benchmarks.arm;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The server that the arms send to, in a JVM of its own: {@code DELAY_MS}. It takes events at {@code
 * /RUN} as CloudEvents, binary or in batches, answers 204 after the delay, and tells with {@code GET
 * /RUN} how many came and how many of them were different. Prints {@code READY PORT}, and runs until its
 * standard input ends.
 */
public final class HttpReceiver {

  /** What it prints before its port. */
  public static final String READY = "READY ";

  private static final byte[] ID = "\"id\":\"".getBytes(StandardCharsets.UTF_8);

  /** Events are told apart by what their ids end with: partition and offset. */
  private static final int PARTITIONS = 64;

  private final Map<String, Seen> runs = new HashMap<>();
  private final long delayMs;

  /** What came in a run. */
  private static final class Seen {
    private final BitSet places = new BitSet();
    private long events;
    private final Set<String> others = new HashSet<>();
    private long different;

    /** One whose id tells no place. */
    void add(String id) {
      events++;
      if (others.add(id)) {
        different++;
      }
    }

    void add(int partition, int offset) {
      events++;
      int place = offset * PARTITIONS + partition;
      if (!places.get(place)) {
        places.set(place);
        different++;
      }
    }
  }

  private HttpReceiver(long delayMs) {
    this.delayMs = delayMs;
  }

  /** Runs the server. */
  @SuppressWarnings("SystemOut") // the line on standard output is this program's interface
  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    HttpReceiver receiver = new HttpReceiver(Long.parseLong(arguments[0]));
    int port =
        vertx
            .createHttpServer()
            .requestHandler(request -> receiver.handle(vertx, request))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get()
            .actualPort();
    System.out.println(READY + port);
    while (System.in.read() >= 0) {
      // Only the end matters.
    }
    Runtime.getRuntime().halt(0);
  }

  private void handle(Vertx vertx, HttpServerRequest request) {
    Seen seen = runs.computeIfAbsent(request.path(), path -> new Seen());
    if (request.method() == HttpMethod.GET) {
      request.response().end(seen.events + " " + seen.different);
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              String id = request.getHeader("ce-id");
              if (id != null) {
                byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
                add(bytes, 0, bytes.length, seen);
              } else {
                addAll(body, seen);
              }
              if (delayMs == 0) {
                answer(request);
              } else {
                vertx.setTimer(delayMs, timer -> answer(request));
              }
            });
  }

  private static void answer(HttpServerRequest request) {
    request.response().setStatusCode(204).end();
  }

  /** Looks for ids alone: the server must not be what is measured. */
  private static void addAll(Buffer body, Seen seen) {
    byte[] json = body.getBytes();
    int match = 0;
    for (int i = 0; i < json.length; i++) {
      match = json[i] == ID[match] ? match + 1 : json[i] == ID[0] ? 1 : 0;
      if (match == ID.length) {
        int end = i + 1;
        while (json[end] != '"') {
          end++;
        }
        add(json, i + 1, end, seen);
        i = end;
        match = 0;
      }
    }
  }

  private static void add(byte[] text, int from, int to, Seen seen) {
    int slash = to - 1;
    while (slash >= from && text[slash] != '/') {
      slash--;
    }
    if (slash < from) {
      seen.add(new String(text, from, to - from, StandardCharsets.US_ASCII));
      return;
    }
    int before = slash - 1;
    while (text[before] != '/') {
      before--;
    }
    seen.add(number(text, before + 1, slash), number(text, slash + 1, to));
  }

  private static int number(byte[] text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text[i] - '0';
    }
    return number;
  }
}
