package io.penstock.testkit.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP server on a loopback port, which keeps what it gets and answers as it is told. It speaks
 * HTTP/1.1 and HTTP/2, in clear text (with prior knowledge) or over TLS (by ALPN). Thread-safe; its
 * answers are made on its own thread.
 */
public final class HttpPeer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int CHUNK_BYTES = 32 << 10;

  private final Vertx vertx;
  private final String scheme;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpServerOptions options;
  private volatile Function<Received, Reply> answers;
  private volatile int port;
  private @Nullable HttpServer server;

  private HttpPeer(HttpServerOptions options, Function<Received, Reply> answers) {
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    this.options = options;
    this.scheme = options.isSsl() ? "https" : "http";
    this.answers = answers;
    listen(0);
  }

  /** A server in clear text. */
  public static HttpPeer start(Function<Received, Reply> answers) {
    return new HttpPeer(new HttpServerOptions(), answers);
  }

  /** A server over TLS that offers HTTP/2. */
  public static HttpPeer startWithTls(
      TestCertificate certificate, Function<Received, Reply> answers) {
    return new HttpPeer(
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addKeyValue(Buffer.buffer(certificate.keyPem()))
                    .addCertValue(Buffer.buffer(certificate.certificatePem()))),
        answers);
  }

  private void listen(int wanted) {
    HttpServer made =
        vertx
            .createHttpServer(options)
            .connectionHandler(this::connected)
            .requestHandler(this::handle)
            .exceptionHandler(e -> {}); // tests break connections on purpose
    server = made;
    port = await(made.listen(wanted, "127.0.0.1")).actualPort();
  }

  /** Stops listening and breaks every connection; {@link #goUp} ends that. */
  public void goDown() {
    HttpServer running = server;
    server = null;
    if (running != null) {
      await(running.close());
    }
  }

  /** Listens again on the same port. */
  public void goUp() {
    listen(port);
  }

  private void connected(HttpConnection connection) {
    connections.incrementAndGet();
    open.incrementAndGet();
    connection.closeHandler(nothing -> open.decrementAndGet());
  }

  /** Answers otherwise from now on. */
  public void answers(Function<Received, Reply> others) {
    answers = others;
  }

  /** Where it listens, for example {@code http://localhost:40000} and then the path. */
  public String url(String path) {
    return scheme + "://localhost:" + port + path;
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** What came in so far, in order. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** Forgets what came in. */
  public void forget() {
    received.clear();
  }

  /** How many connections were ever made to it. */
  public int connections() {
    return connections.get();
  }

  /** How many of them are open. */
  public int openConnections() {
    return open.get();
  }

  /** How many requests were given up by the client before they were answered. */
  public int resets() {
    return resets.get();
  }

  private void handle(HttpServerRequest request) {
    request.response().exceptionHandler(e -> {});
    request.exceptionHandler(e -> resets.incrementAndGet());
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, String> headers = new TreeMap<>();
              request
                  .headers()
                  .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
              Received one =
                  new Received(
                      request.method().name(),
                      request.uri(),
                      request.version().name(),
                      headers,
                      body.getBytes());
              received.add(one);
              Reply reply = answers.apply(one);
              if (reply.delay().isZero()) {
                reply(request, reply);
              } else {
                vertx.setTimer(reply.delay().toMillis(), id -> reply(request, reply));
              }
            });
  }

  private void reply(HttpServerRequest request, Reply reply) {
    HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    switch (reply.kind()) {
      case ANSWER -> response.end(Buffer.buffer(reply.body()));
      case HANG -> {}
      case RESET -> request.connection().close();
      case HALF -> {
        response.putHeader("content-length", String.valueOf(reply.body().length + 1));
        response.write(Buffer.buffer(reply.body())).onComplete(r -> request.connection().close());
      }
      case STALL -> {
        response.putHeader("content-length", String.valueOf(reply.body().length + 1));
        response.write(Buffer.buffer(reply.body()));
      }
      case ENDLESS -> {
        response.setChunked(true);
        endless(response, Buffer.buffer(new byte[CHUNK_BYTES]));
      }
    }
  }

  private void endless(HttpServerResponse response, Buffer chunk) {
    if (response.closed()) {
      return;
    }
    response
        .write(chunk)
        .onSuccess(nothing -> vertx.runOnContext(next -> endless(response, chunk)));
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the HTTP server of the test", e);
    }
  }

  /** Stops, with its threads. */
  @Override
  public void close() {
    await(vertx.close());
  }
}
