package io.penstock.httpclient;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes: an http or https URL in its parts. Shows only its origin, for the path or
 * the query of many a webhook is its secret. Immutable.
 *
 * @param scheme http or https
 * @param host a name or an address, in lower case, an IPv6 address without its brackets
 * @param port from 1 to 65535
 * @param requestUri path and query as they go over the wire, at least {@code /}
 */
public record HttpTarget(Scheme scheme, String host, int port, String requestUri) {

  /** How the connection is made. */
  public enum Scheme {
    /** In clear text. */
    HTTP(80),
    /** Over TLS. */
    HTTPS(443);

    private final int defaultPort;

    Scheme(int defaultPort) {
      this.defaultPort = defaultPort;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern AUTHORITY =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([0-9a-zA-Z._~-]+))(?::(\\d{1,5}))?");

  /**
   * Takes a URL apart.
   *
   * @throws IllegalArgumentException if it can't be used; the message says what is wrong with it,
   *     as a part of a sentence, and shows nothing of it
   */
  public static HttpTarget parse(String url) {
    try {
      return of(new URI(url));
    } catch (URISyntaxException e) {
      // Its message repeats the URL.
      throw new IllegalArgumentException("a text that is no URL");
    }
  }

  private static HttpTarget of(URI uri) {
    Scheme scheme = scheme(uri.getScheme());
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw new IllegalArgumentException("a URL without a host");
    }
    if (authority.indexOf('@') >= 0) {
      throw new IllegalArgumentException("a URL with a user name or password");
    }
    Matcher parts = AUTHORITY.matcher(authority);
    if (!parts.matches()) {
      throw new IllegalArgumentException("a URL with a malformed host or port");
    }
    String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
    int port = parts.group(3) == null ? scheme.defaultPort : Integer.parseInt(parts.group(3));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a URL with a port outside 1 to 65535");
    }
    String path = uri.getRawPath();
    String requestUri = path == null || path.isEmpty() ? "/" : path;
    if (uri.getRawQuery() != null) {
      requestUri += "?" + uri.getRawQuery();
    }
    return new HttpTarget(scheme, host.toLowerCase(Locale.ROOT), port, requestUri);
  }

  private static Scheme scheme(@Nullable String word) {
    if ("http".equalsIgnoreCase(word)) {
      return Scheme.HTTP;
    }
    if ("https".equalsIgnoreCase(word)) {
      return Scheme.HTTPS;
    }
    throw new IllegalArgumentException(
        word == null ? "a URL without http:// or https://" : "a URL that begins with " + word);
  }

  /**
   * Where a redirect leads.
   *
   * @param location absolute or relative to this
   * @throws IllegalArgumentException as {@link #parse}
   */
  HttpTarget resolve(String location) {
    try {
      URI to = new URI(location);
      if (!to.isAbsolute() && to.getRawAuthority() == null && to.getRawPath().isEmpty()) {
        // The library would go to the folder, as RFC 2396 said.
        String query = to.getRawQuery();
        String path = requestUri.split("\\?", 2)[0];
        return new HttpTarget(scheme, host, port, query == null ? requestUri : path + "?" + query);
      }
      return of(new URI(scheme + "://" + authority() + requestUri).resolve(to));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a text that is no URL");
    }
  }

  /** Whether a redirect to another target stays where the first request was meant to go. */
  boolean allowsRedirectTo(HttpTarget other) {
    boolean upgrade = scheme == Scheme.HTTP && other.scheme == Scheme.HTTPS;
    return host.equals(other.host) && (upgrade || (scheme == other.scheme && port == other.port));
  }

  /** Scheme, host and port, for example {@code https://erp.example:443}. */
  public String origin() {
    return scheme + "://" + authority();
  }

  private String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return origin();
  }
}
