package io.penstock.httpclient;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What statuses and failures mean. Thread-safe. */
final class Verdicts {

  /** Statuses about where a request was sent and who sent it, whatever stood in it. */
  private static final Set<Integer> ABOUT_THE_ENDPOINT = Set.of(401, 403, 404, 405, 407, 410);

  private final Texts texts;
  private final Clock clock;

  Verdicts(Texts texts, Clock clock) {
    this.texts = texts;
    this.clock = clock;
  }

  /**
   * What an answer other than 2xx means.
   *
   * @param retryAfter the header; null if there is none
   * @param body its beginning at least
   * @param token what must not be shown beside all else; may be empty
   */
  HttpResult of(
      HttpTarget target, int status, @Nullable String retryAfter, byte[] body, String token) {
    String text = target.origin() + " answered " + status + texts.excerpt(body, token);
    String code = "HTTP_" + status;
    if (status == 429 || status == 503) {
      return new HttpResult.Overloaded(status, RetryAfter.parse(retryAfter, clock.instant()), text);
    }
    if (status == 408 || status == 425 || status < 300 || status >= 500) {
      return new HttpResult.Failed(HttpResult.Cause.EXCHANGE, code, text);
    }
    if (status < 400) {
      return new HttpResult.Refused(HttpResult.Fault.ENDPOINT, code, text);
    }
    return new HttpResult.Refused(
        ABOUT_THE_ENDPOINT.contains(status) ? HttpResult.Fault.ENDPOINT : HttpResult.Fault.CONTENT,
        code,
        text);
  }

  /** A redirect that is not followed. */
  HttpResult redirected(HttpTarget target, int status, String why) {
    return new HttpResult.Refused(
        HttpResult.Fault.ENDPOINT,
        "HTTP_REDIRECT",
        target.origin() + " answered " + status + ", " + why);
  }

  /** No connection. */
  HttpResult notConnected(HttpTarget target, Throwable cause, String token) {
    String hint =
        cause instanceof SSLException
            ? ". If the server's certificate comes from an authority of your own, name it in caFile"
            : "";
    return new HttpResult.Failed(
        HttpResult.Cause.CONNECTION,
        "HTTP_CONNECT",
        "no connection to " + target.origin() + ": " + texts.of(cause, token) + hint);
  }

  /** The connection broke before the answer was whole. */
  HttpResult broken(HttpTarget target, Throwable cause, String token) {
    return new HttpResult.Failed(
        HttpResult.Cause.EXCHANGE,
        "HTTP_IO",
        "the request to " + target.origin() + " broke off: " + texts.of(cause, token));
  }

  /** Not answered in time. */
  static HttpResult timedOut(HttpTarget target, Duration timeout) {
    return new HttpResult.Failed(
        HttpResult.Cause.EXCHANGE,
        "HTTP_TIMEOUT",
        target.origin() + " did not answer within " + timeout.toMillis() + " ms");
  }

  /** An answer beyond the limit. */
  static HttpResult tooLarge(HttpTarget target, int maxBytes) {
    return new HttpResult.Failed(
        HttpResult.Cause.EXCHANGE,
        "HTTP_ANSWER_TOO_LARGE",
        "the answer of " + target.origin() + " is larger than " + maxBytes + " bytes");
  }

  /** Ended from this side. */
  static HttpResult cancelled(HttpTarget target) {
    return new HttpResult.Failed(
        HttpResult.Cause.CONNECTION,
        "HTTP_CANCELLED",
        "the request to " + target.origin() + " was cancelled");
  }

  /** The operator forbids the address. */
  static HttpResult forbidden(HttpTarget target, String address, String what) {
    return new HttpResult.Refused(
        HttpResult.Fault.ENDPOINT,
        "HTTP_ADDRESS",
        target.origin()
            + " is at "
            + address
            + ", "
            + what
            + ", and privateAddresses refuses those; nothing was sent");
  }

  /** The request could not even be made. */
  HttpResult unmakeable(HttpTarget target, Throwable cause, String token) {
    return new HttpResult.Refused(
        HttpResult.Fault.CONTENT,
        "HTTP_REQUEST",
        "no request to " + target.origin() + " can be made of it: " + texts.of(cause, token));
  }
}
