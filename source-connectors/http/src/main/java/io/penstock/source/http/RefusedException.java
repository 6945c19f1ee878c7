package io.penstock.source.http;

import java.util.Map;

/** A request is refused: how it is to be answered. The message is for people and holds no secret. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  private RefusedException(int status, String code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** It isn't an event. */
  static RefusedException badRequest(String message) {
    return new RefusedException(400, "bad_request", message, Map.of());
  }

  /** It is in a form that isn't taken. */
  static RefusedException unsupported(String message) {
    return new RefusedException(415, "unsupported_media_type", message, Map.of());
  }

  /**
   * The sender did not show that it may send.
   *
   * @param scheme what it should have shown, in a word
   */
  static RefusedException unauthorized(String scheme, String message) {
    return new RefusedException(401, "unauthorized", message, Map.of("WWW-Authenticate", scheme));
  }

  /** The sender may not send, whatever it shows. */
  static RefusedException forbidden(String message) {
    return new RefusedException(403, "forbidden", message, Map.of());
  }

  int status() {
    return status;
  }

  /** A stable word for programs. */
  String code() {
    return code;
  }

  Map<String, String> headers() {
    return headers;
  }
}
