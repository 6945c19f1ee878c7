package io.penstock.httpclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An endpoint with all that is needed to call it; made by {@link HttpSettings}. Immutable. */
public final class HttpEndpoint {

  /** When HTTP/2 is spoken. */
  enum Http2 {
    /** Over TLS where the server offers it. */
    AUTO,
    /** Never. */
    OFF,
    /** Always, without TLS, and without asking. */
    CLEAR_TEXT
  }

  /** Whether servers may have addresses that are not public. */
  enum PrivateAddresses {
    /** They may. */
    ALLOW,
    /** No request is sent to them. */
    REFUSE
  }

  /** A shorter part of a path is a word rather than a secret. */
  private static final int SHORTEST_SECRET_SEGMENT = 8;

  /** Fields of a token request that are in every documentation. */
  private static final Set<String> PUBLIC_FIELDS = Set.of("grant_type", "scope");

  final HttpTarget target;
  final Map<String, String> headers;
  final Credentials credentials;
  final Optional<Path> caFile;
  final Http2 http2;
  final Duration connectTimeout;
  final PrivateAddresses privateAddresses;

  HttpEndpoint(
      HttpTarget target,
      Map<String, String> headers,
      Credentials credentials,
      Optional<Path> caFile,
      Http2 http2,
      Duration connectTimeout,
      PrivateAddresses privateAddresses) {
    this.target = target;
    this.headers = Map.copyOf(headers);
    this.credentials = credentials;
    this.caFile = caFile;
    this.http2 = http2;
    this.connectTimeout = connectTimeout;
    this.privateAddresses = privateAddresses;
  }

  /** Where it is. */
  public HttpTarget target() {
    return target;
  }

  /** What no text may show: of the login, the headers, and of the URL whatever may be a secret. */
  SecretMask mask() {
    List<String> secrets = new ArrayList<>(headers.values());
    addUrl(target.requestUri(), secrets);
    if (credentials instanceof Credentials.Fixed fixed) {
      secrets.addAll(fixed.secrets());
    } else if (credentials instanceof Credentials.Client client) {
      secrets.add(client.clientSecret());
      secrets.add(client.login());
      client.form().entrySet().stream()
          .filter(field -> !PUBLIC_FIELDS.contains(field.getKey()))
          .forEach(field -> secrets.add(field.getValue()));
      addUrl(client.tokenEndpoint().requestUri(), secrets);
    }
    return SecretMask.of(secrets);
  }

  private static void addUrl(String requestUri, List<String> secrets) {
    addEncoded(requestUri, secrets);
    String[] pathAndQuery = requestUri.split("\\?", 2);
    for (String segment : pathAndQuery[0].split("/", -1)) {
      if (segment.length() >= SHORTEST_SECRET_SEGMENT) {
        addEncoded(segment, secrets);
      }
    }
    if (pathAndQuery.length == 2) {
      for (String pair : pathAndQuery[1].split("&", -1)) {
        addEncoded(pair.substring(pair.indexOf('=') + 1), secrets);
      }
    }
  }

  /** Also as a server decodes it, in a path or in a query. */
  private static void addEncoded(String text, List<String> secrets) {
    secrets.add(text);
    try {
      secrets.add(URLDecoder.decode(text, UTF_8));
      secrets.add(URLDecoder.decode(text.replace("+", "%2B"), UTF_8));
    } catch (IllegalArgumentException e) {
      return; // a percent sign that encodes nothing: there is no other form of it
    }
  }

  /** Shows only its origin. */
  @Override
  public String toString() {
    return target.origin();
  }
}
