package io.penstock.testkit.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request as the server got it.
 *
 * @param method for example {@code POST}
 * @param uri path and query
 * @param version for example {@code HTTP_2}
 * @param headers names in lower case; the last value of each
 * @param body its bytes
 */
public record Received(
    String method, String uri, String version, Map<String, String> headers, byte[] body) {

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** A header, or an empty text. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }
}
