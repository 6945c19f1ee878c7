package io.penstock.source.http;

import io.penstock.connector.HttpRoute.Request;
import java.util.List;

/** The request carries one of some keys in a header. */
final class ApiKeyCheck implements SenderCheck {

  private final String header;
  private final List<byte[]> hashes;

  ApiKeyCheck(String header, List<String> keys) {
    this.header = header;
    this.hashes = keys.stream().map(Secrets::hash).toList();
  }

  @Override
  public void check(Request request) throws RefusedException {
    boolean right =
        request
            .header(header)
            .filter(given -> Secrets.isOneOf(Secrets.hash(given), hashes))
            .isPresent();
    if (!right) {
      throw RefusedException.unauthorized(
          "ApiKey", "header " + header + " must hold a key of this source");
    }
  }
}
