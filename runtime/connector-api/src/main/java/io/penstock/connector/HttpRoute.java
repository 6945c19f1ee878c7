package io.penstock.connector;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * An HTTP route that a source brings and the server mounts under {@code /sources/CONNECTOR}.
 *
 * @param method in upper case, for example {@code POST}
 * @param path begins with a slash; a segment {@code :name} is a parameter
 * @param handler called on a server thread that it must not block
 */
public record HttpRoute(String method, String path, Handler handler) {

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

  /** One request; the body is complete and within the server's limit. */
  public interface Request {
    /** The parameter of a {@code :name} segment. */
    Optional<String> pathParameter(String name);

    /** The first query parameter of that name. */
    Optional<String> queryParameter(String name);

    /** The first header of that name, in any case. */
    Optional<String> header(String name);

    /** The body; empty if there was none. */
    byte[] body();
  }

  /**
   * An answer.
   *
   * @param status for example 202
   * @param headers by name
   * @param body the parts of the body, which the server asks for as the client reads
   */
  public record Response(int status, Map<String, String> headers, Flow.Publisher<byte[]> body) {}
}
