package io.penstock.httpclient;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The headers of one request, in the order in which they were added. Not thread-safe. */
public final class RequestHeaders {

  private static final int USUAL_LINES = 16;

  /** Names and values, in turns. */
  private final List<String> lines = new ArrayList<>(2 * USUAL_LINES);

  /** No headers yet. */
  public RequestHeaders() {}

  /**
   * Adds a header.
   *
   * @param name in lower case, and not there yet
   * @param value without line breaks
   */
  public RequestHeaders add(String name, String value) {
    lines.add(name);
    lines.add(value);
    return this;
  }

  /** Hands every header to a consumer. */
  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < lines.size(); i += 2) {
      consumer.accept(lines.get(i), lines.get(i + 1));
    }
  }
}
