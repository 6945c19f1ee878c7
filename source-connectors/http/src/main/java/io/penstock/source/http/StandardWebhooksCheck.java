package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.config.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The request is signed as Standard Webhooks asks, with a secret that both sides know: {@code
 * webhook-signature} holds {@code v1,} and the HMAC-SHA256 of id, time and body, in Base64; several,
 * separated by spaces, while a secret is changed.
 */
final class StandardWebhooksCheck implements SenderCheck {

  static final String ID = "webhook-id";
  private static final String TIMESTAMP = "webhook-timestamp";
  private static final String SIGNATURE = "webhook-signature";
  private static final String SECRET_PREFIX = "whsec_";
  private static final String VERSION = "v1,";

  private final List<byte[]> secrets;
  private final Duration tolerance;
  private final InstantSource clock;

  StandardWebhooksCheck(List<byte[]> secrets, Duration tolerance, InstantSource clock) {
    this.secrets = List.copyOf(secrets);
    this.tolerance = tolerance;
    this.clock = clock;
  }

  /** The bytes of a secret such as {@code whsec_MfKQ...}; empty if it is none. */
  static Optional<byte[]> secret(String text) {
    String base64 = text.startsWith(SECRET_PREFIX) ? text.substring(SECRET_PREFIX.length()) : text;
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void check(Request request) throws RefusedException {
    String id = header(request, ID);
    String timestamp = header(request, TIMESTAMP);
    String signatures = header(request, SIGNATURE);
    checkTime(timestamp);
    byte[] signed = (id + "." + timestamp + ".").getBytes(UTF_8);
    byte[] body = request.body();
    List<byte[]> right = secrets.stream().map(s -> Secrets.hmac(s, signed, body)).toList();
    for (String signature : signatures.split(" ")) {
      if (signature.startsWith(VERSION)
          && Secrets.readHash(signature.substring(VERSION.length()))
              .filter(given -> Secrets.isOneOf(given, right))
              .isPresent()) {
        return;
      }
    }
    throw unauthorized("no signature in header " + SIGNATURE + " is made with a secret of ours");
  }

  private void checkTime(String timestamp) throws RefusedException {
    Instant sent;
    try {
      sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
    } catch (RuntimeException e) { // no number, or one beyond all times
      throw unauthorized("header " + TIMESTAMP + " must hold seconds since 1970");
    }
    Duration off = Duration.between(sent, clock.instant()).abs();
    if (off.compareTo(tolerance) > 0) {
      throw unauthorized(
          "header "
              + TIMESTAMP
              + " is "
              + off.toSeconds()
              + " s off this machine's clock, "
              + Durations.format(tolerance)
              + " are allowed");
    }
  }

  private static String header(Request request, String name) throws RefusedException {
    Optional<String> value = request.header(name).filter(text -> !text.isEmpty());
    if (value.isEmpty()) {
      throw unauthorized("header " + name + " is missing");
    }
    return value.get();
  }

  private static RefusedException unauthorized(String message) {
    return RefusedException.unauthorized("StandardWebhooks", message);
  }
}
