package io.penstock.source.tasks.wire;

import java.util.Map;

/** A request is refused; what it says is for people and holds no secret. */
public final class RefusedException extends Exception {

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

  /** With a code for programs, and a text for people. */
  public static RefusedException of(int status, String code, String text) {
    return new RefusedException(status, code, text, Map.of(), Map.of());
  }

  /** 400. */
  public static RefusedException badRequest(String text) {
    return of(400, "bad_request", text);
  }

  /** 404. */
  public static RefusedException notFound(String text) {
    return of(404, "not_found", text);
  }

  /** Trying again after that time may help. */
  public static RefusedException later(int status, String code, String text, long seconds) {
    return new RefusedException(
        status, code, text, Map.of("Retry-After", String.valueOf(Math.max(1, seconds))), Map.of());
  }

  /** With more about it, for programs. */
  public RefusedException with(Map<String, Object> more) {
    return new RefusedException(status, code, String.valueOf(getMessage()), headers, more);
  }

  /** With headers that the answer is to have. */
  public RefusedException withHeaders(Map<String, String> more) {
    return new RefusedException(status, code, String.valueOf(getMessage()), more, members);
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** For programs. */
  public String code() {
    return code;
  }

  /** Headers of the answer. */
  public Map<String, String> headers() {
    return headers;
  }

  /** More members of the problem. */
  public Map<String, Object> members() {
    return members;
  }
}
