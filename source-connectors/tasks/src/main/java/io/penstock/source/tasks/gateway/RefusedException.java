package io.penstock.source.tasks.gateway;

import java.util.Map;

/** A request is refused; what it says is for people and holds no secret. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;
  private final transient Map<String, Object> members;

  private RefusedException(
      int status,
      String code,
      String text,
      Map<String, String> headers,
      Map<String, Object> members) {
    super(text, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.members = members;
  }

  static RefusedException of(int status, String code, String text) {
    return new RefusedException(status, code, text, Map.of(), Map.of());
  }

  static RefusedException badRequest(String text) {
    return of(400, "bad_request", text);
  }

  static RefusedException notFound(String text) {
    return of(404, "not_found", text);
  }

  static RefusedException later(int status, String code, String text, long seconds) {
    return new RefusedException(
        status, code, text, Map.of("Retry-After", String.valueOf(Math.max(1, seconds))), Map.of());
  }

  /** With more about it, for programs. */
  RefusedException with(Map<String, Object> more) {
    return new RefusedException(status, code, String.valueOf(getMessage()), headers, more);
  }

  /** With headers that the answer is to have. */
  RefusedException withHeaders(Map<String, String> more) {
    return new RefusedException(status, code, String.valueOf(getMessage()), more, members);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, Object> members() {
    return members;
  }
}
