package io.penstock.source.http;

import io.penstock.connector.HttpRoute.Request;
import java.util.List;
import java.util.Optional;

/**
 * The request carries the HMAC-SHA256 of its body in a header, as GitHub and many others send it:
 * hexadecimal or Base64, with or without {@code sha256=} before. An old request can be sent again.
 */
final class BodySignatureCheck implements SenderCheck {

  private static final String PREFIX = "sha256=";

  private final String header;
  private final List<byte[]> secrets;

  BodySignatureCheck(String header, List<byte[]> secrets) {
    this.header = header;
    this.secrets = List.copyOf(secrets);
  }

  @Override
  public void check(Request request) throws RefusedException {
    Optional<byte[]> given =
        request.header(header).map(this::withoutPrefix).flatMap(Secrets::readHash);
    if (given.isEmpty()) {
      throw RefusedException.unauthorized(
          "Signature",
          "header " + header + " must hold the HMAC-SHA256 of the body, such as sha256=9f86d0...");
    }
    byte[] body = request.body();
    List<byte[]> right = secrets.stream().map(secret -> Secrets.hmac(secret, body)).toList();
    if (!Secrets.isOneOf(given.get(), right)) {
      throw RefusedException.unauthorized(
          "Signature", "the signature in header " + header + " is not made with a secret of ours");
    }
  }

  private String withoutPrefix(String value) {
    return value.startsWith(PREFIX) ? value.substring(PREFIX.length()) : value;
  }
}
