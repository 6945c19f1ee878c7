package io.penstock.source.http;

import io.penstock.connector.HttpRoute.Request;
import java.util.List;

/** Without a key or signature only this machine may send, and not on behalf of somebody else. */
final class LoopbackCheck implements SenderCheck {

  private static final List<String> PROXIED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP");

  @Override
  public void check(Request request) throws RefusedException {
    if (!request.remoteAddress().isLoopbackAddress()) {
      throw forbidden("events are taken from this machine only");
    }
    for (String header : PROXIED) {
      if (request.header(header).isPresent()) {
        throw forbidden("a proxy forwards this (header " + header + ")");
      }
    }
  }

  private static RefusedException forbidden(String why) {
    return RefusedException.forbidden(
        why + ", because the source has no apiKey and no signature to know others by");
  }
}
