package io.penstock.functions;

import java.time.Duration;

/**
 * Thrown by a handler when something behind it is overloaded (an answer 429 or 503, an exhausted
 * pool): not the event's fault. No attempt is counted, the events are tried again later, and the
 * adaptive limit of the function is cut.
 */
public final class ThrottledException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /**
   * Makes one.
   *
   * @param message what is overloaded; shown in status, so it must hold no secret
   * @param retryAfter zero or more; zero leaves the delay to the connector's backoff
   */
  public ThrottledException(String message, Duration retryAfter) {
    super(message);
    if (retryAfter.isNegative()) {
      throw new IllegalArgumentException("retryAfter must not be negative: " + retryAfter);
    }
    this.retryAfter = retryAfter;
  }

  /** How long to wait at least. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
