package io.penstock.httpclient;

import io.vertx.core.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;

/** Names of headers as the library sends them fastest: each is made once. Belongs to one thread. */
final class HeaderNames {

  /** More than any endpoint is sent; a bound all the same, for extensions name themselves. */
  private static final int MOST = 256;

  private final Map<String, CharSequence> made = new HashMap<>();

  CharSequence of(String name) {
    CharSequence known = made.get(name);
    if (known == null) {
      known = HttpHeaders.createOptimized(name);
      if (made.size() < MOST) {
        made.put(name, known);
      }
    }
    return known;
  }
}
