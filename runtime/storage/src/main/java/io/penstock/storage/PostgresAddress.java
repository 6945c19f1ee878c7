package io.penstock.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL is, and how to log in, written as PostgreSQL's own tools do: {@code
 * postgresql://user:password@host:5432/database?sslmode=require}. Its text form holds no secret.
 */
public final class PostgresAddress {

  private static final int DEFAULT_PORT = 5432;

  private final String host;
  private final int port;
  private final String database;
  private final @Nullable String user;
  private final @Nullable String password;
  private final Map<String, String> properties;

  private PostgresAddress(
      URI uri, @Nullable String user, @Nullable String password, Map<String, String> properties) {
    this.host = uri.getHost();
    this.port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    this.database = uri.getPath().substring(1);
    this.user = user;
    this.password = password;
    this.properties = Map.copyOf(properties);
  }

  /**
   * Reads an address.
   *
   * @param password used if the text holds none; null if there is none either
   * @throws IllegalArgumentException if it is none; the message does not repeat it
   */
  public static PostgresAddress parse(String text, @Nullable String password) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw wrong("it is no URL: " + e.getReason());
    }
    if (!("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))) {
      throw wrong("it doesn't begin with postgresql://");
    }
    if (uri.getHost() == null) {
      throw wrong("it names no host");
    }
    if (uri.getPath() == null || uri.getPath().length() < 2) {
      throw wrong("it names no database");
    }
    String[] login =
        uri.getRawUserInfo() == null ? new String[0] : split(uri.getRawUserInfo(), ':');
    return new PostgresAddress(
        uri,
        login.length > 0 ? decoded(login[0]) : null,
        login.length > 1 ? decoded(login[1]) : password,
        properties(uri.getRawQuery()));
  }

  private static Map<String, String> properties(@Nullable String query) {
    Map<String, String> properties = new TreeMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        String[] parts = split(pair, '=');
        if (parts.length < 2) {
          throw wrong("after the '?' it has something else than name=value");
        }
        properties.put(decoded(parts[0]), decoded(parts[1]));
      }
    }
    return properties;
  }

  private static String[] split(String text, char at) {
    int index = text.indexOf(at);
    return index < 0
        ? new String[] {text}
        : new String[] {text.substring(0, index), text.substring(index + 1)};
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(
        "not the address of a PostgreSQL: "
            + why
            + "; write postgresql://user@host:5432/database?sslmode=require");
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  String database() {
    return database;
  }

  @Nullable String user() {
    return user;
  }

  @Nullable String password() {
    return password;
  }

  Map<String, String> properties() {
    return properties;
  }

  /** As {@code host:port/database}. */
  @Override
  public String toString() {
    return host + ":" + port + "/" + database;
  }
}
