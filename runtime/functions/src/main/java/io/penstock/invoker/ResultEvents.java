package io.penstock.invoker;

import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Makes events of results that are data alone. They take their attributes from the event that caused
 * them, except for the source, which is the cause's with the function as its fragment:
 *
 * <pre>
 *   event    source kafka://cluster/orders                      id 17
 *   result   source kafka://cluster/orders#orders-to-invoices   id 17 and its index
 * </pre>
 *
 * Receivers remove duplicates by source and id. With the cause's own source, the results of two
 * functions that read the same events would be taken for duplicates of each other; with a source of
 * the function's alone, so would those of two events that have the same id in different sources.
 * Thread-safe.
 */
public final class ResultEvents {

  private final String fragment;
  private volatile Sources last = new Sources("", "");

  /** A cause's source and the source of its results. */
  private record Sources(String cause, String result) {}

  /** Makes events for the results of a function. */
  public ResultEvents(String function) {
    this.fragment = uriSafe(function);
  }

  /** The event of a result. */
  public Event of(Event cause, Optional<String> dataContentType, byte[] data) {
    return new ResultEvent(cause, source(cause.source()), dataContentType, data);
  }

  private String source(String cause) {
    Sources known = last;
    if (!known.cause.equals(cause)) {
      String separator = cause.indexOf('#') < 0 ? "#" : "/";
      known = new Sources(cause, cause + separator + fragment);
      last = known;
    }
    return known.result;
  }

  private static String uriSafe(String name) {
    StringBuilder safe = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      safe.append(unreserved ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return safe.toString();
  }
}
