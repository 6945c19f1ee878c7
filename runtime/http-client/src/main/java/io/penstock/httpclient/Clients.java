package io.penstock.httpclient;

import io.penstock.connector.ConnectorException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The library's clients of one caller, each with its pool: which one a target needs depends on how
 * HTTP is spoken there. Made when first needed. Belongs to the caller's event loop.
 */
final class Clients {

  private enum Kind {
    /** HTTP/1.1 in clear text. */
    CLEAR,
    /** HTTP/2 in clear text, of which the endpoint is known to speak it. */
    CLEAR_HTTP2,
    /** Over TLS, with HTTP/2 where both want it. */
    TLS
  }

  /** Servers close idle connections; it is better to be faster than to run into that. */
  private static final int KEEP_ALIVE_SECONDS = 30;

  /** What most servers allow on one connection of HTTP/2. */
  private static final int STREAMS_PER_CONNECTION = 100;

  private final Vertx vertx;
  private final HttpEndpoint endpoint;
  private final int maxConnections;
  private final Optional<Buffer> authorities;
  private final Map<Kind, HttpClientAgent> made = new EnumMap<>(Kind.class);

  /**
   * @param maxConnections to one host at most
   * @throws ConnectorException fatal, if the certificates can't be read
   */
  Clients(Vertx vertx, HttpEndpoint endpoint, int maxConnections) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.maxConnections = maxConnections;
    this.authorities = endpoint.caFile.map(Clients::read);
    // A file that is no certificate is found here, not with the first event.
    authorities.ifPresent(
        pem -> {
          try {
            new PemTrustOptions().addCertValue(pem).getTrustManagerFactory(vertx);
          } catch (Exception e) { // the library declares no narrower one
            throw ConnectorException.fatal(
                "caFile " + endpoint.caFile.get() + " holds no certificate in PEM: " + e, e);
          }
        });
  }

  private static Buffer read(Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw ConnectorException.fatal(
          "caFile " + file + " can't be read: " + e + ". Correct the path, or its permissions", e);
    }
  }

  /** The client for a target. */
  HttpClientAgent of(HttpTarget target) {
    return made.computeIfAbsent(kind(target), this::make);
  }

  private Kind kind(HttpTarget target) {
    if (target.scheme() == HttpTarget.Scheme.HTTPS) {
      return Kind.TLS;
    }
    boolean http2 =
        endpoint.http2 == HttpEndpoint.Http2.CLEAR_TEXT
            && target.origin().equals(endpoint.target.origin());
    return http2 ? Kind.CLEAR_HTTP2 : Kind.CLEAR;
  }

  private HttpClientAgent make(Kind kind) {
    boolean negotiated = kind == Kind.TLS && endpoint.http2 != HttpEndpoint.Http2.OFF;
    boolean http2 = negotiated || kind == Kind.CLEAR_HTTP2;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
            .setUseAlpn(negotiated)
            .setHttp2ClearTextUpgrade(false)
            .setSsl(kind == Kind.TLS)
            .setConnectTimeout(Math.toIntExact(endpoint.connectTimeout.toMillis()))
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setTracingPolicy(TracingPolicy.IGNORE);
    authorities.ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(pem)));
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(maxConnections)
            .setHttp2MaxSize(1 + (maxConnections - 1) / STREAMS_PER_CONNECTION);
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        // What breaks a connection is told by its requests; without a handler it is logged as well.
        .withConnectHandler(connection -> connection.exceptionHandler(e -> {}))
        .build();
  }

  /** Gives up every connection. */
  Future<?> close() {
    List<Future<Void>> closed = made.values().stream().map(HttpClientAgent::close).toList();
    made.clear();
    return Future.join(closed);
  }
}
