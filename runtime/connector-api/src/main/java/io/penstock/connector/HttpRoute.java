package io.penstock.connector;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An HTTP route that a source brings and the server mounts under {@code /sources/CONNECTOR}.
 *
 * @param method in upper case, for example {@code POST}
 * @param path begins with a slash; a segment {@code :name} is a parameter
 * @param maxBodyBytes a larger body is answered with 413 by the server
 * @param handler called on a server thread that it must not block
 */
public record HttpRoute(String method, String path, long maxBodyBytes, Handler handler) {

  private static final long MAX_BODY_BYTES = 1 << 20;

  /** A route for bodies of up to 1 MiB. */
  public HttpRoute(String method, String path, Handler handler) {
    this(method, path, MAX_BODY_BYTES, handler);
  }

  /** Answers requests. */
  @FunctionalInterface
  public interface Handler {
    /** Answers one request; a stage that fails is answered with 500 and logged. */
    CompletionStage<Response> handle(Request request);
  }

  /** A source that has routes implements this too. */
  public interface Owner {
    /** The routes; read once, after the source is made and before it is opened. */
    List<HttpRoute> httpRoutes();
  }

  /** One request; the body is complete and within the route's limit. */
  public interface Request {
    /** The parameter of a {@code :name} segment. */
    Optional<String> pathParameter(String name);

    /** The first query parameter of that name. */
    Optional<String> queryParameter(String name);

    /** The first header of that name, in any case. */
    Optional<String> header(String name);

    /** All headers as they came. */
    List<Header> headers();

    /** Who sent it, as the connection tells: behind a proxy that is the proxy. */
    InetAddress remoteAddress();

    /** The body; empty if there was none. */
    byte[] body();
  }

  /** A header of a request; a name may occur more than once. */
  public record Header(String name, String value) {}

  /**
   * An answer.
   *
   * @param status for example 202
   * @param headers by name
   * @param body the parts of the body, which the server asks for as the client reads
   */
  public record Response(int status, Map<String, String> headers, Flow.Publisher<byte[]> body) {

    /** An answer whose body is known as a whole; the array must not be changed afterwards. */
    public static Response of(int status, Map<String, String> headers, byte[] body) {
      return new Response(status, headers, new WholeBody(body));
    }
  }

  /** A body of one part. */
  private record WholeBody(byte[] bytes) implements Flow.Publisher<byte[]> {

    @Override
    public void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private final AtomicBoolean over = new AtomicBoolean();

            @Override
            public void request(long parts) {
              if (over.compareAndSet(false, true)) {
                if (parts > 0) {
                  subscriber.onNext(bytes);
                  subscriber.onComplete();
                } else {
                  subscriber.onError(new IllegalArgumentException("asked for " + parts + " parts"));
                }
              }
            }

            @Override
            public void cancel() {
              over.set(true);
            }
          });
    }
  }
}
