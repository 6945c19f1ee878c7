package io.penstock.testkit.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server does with a request.
 *
 * @param kind how it behaves
 * @param status the status it answers with
 * @param headers of the answer
 * @param body of the answer
 * @param delay before it does anything
 */
public record Reply(
    Kind kind, int status, Map<String, String> headers, byte[] body, Duration delay) {

  /** How a server behaves. */
  public enum Kind {
    /** It answers. */
    ANSWER,
    /** It never does. */
    HANG,
    /** It closes the connection without an answer. */
    RESET,
    /** It answers with the beginning of the body, and closes the connection. */
    HALF,
    /** It answers with the beginning of the body, and never sends the rest. */
    STALL,
    /** It answers with a body without end. */
    ENDLESS
  }

  private static final byte[] NOTHING = {};

  /** An answer without a body. */
  public static Reply status(int status) {
    return new Reply(Kind.ANSWER, status, Map.of(), NOTHING, Duration.ZERO);
  }

  /** Any behaviour, with status 200. */
  public static Reply of(Kind kind) {
    return new Reply(kind, 200, Map.of(), NOTHING, Duration.ZERO);
  }

  /** The same with another body. */
  public Reply body(String contentType, String text) {
    return new Reply(kind, status, headers, text.getBytes(StandardCharsets.UTF_8), delay)
        .header("content-type", contentType);
  }

  /** The same with a header more. */
  public Reply header(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Reply(kind, status, more, body, delay);
  }

  /** The same, later. */
  public Reply after(Duration later) {
    return new Reply(kind, status, headers, body, later);
  }
}
