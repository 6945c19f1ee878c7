package io.penstock.httpclient;

import java.time.Duration;
import java.util.Optional;

/**
 * How a request ended, by what is to be done about it. The texts are for people: bounded, in one
 * line, with no secret.
 */
public sealed interface HttpResult {

  /**
   * An answer 2xx.
   *
   * @param status the status code
   * @param headers of the answer
   * @param body empty if answers are ignored
   */
  record Accepted(int status, AnswerHeaders headers, byte[] body) implements HttpResult {}

  /**
   * An answer 429 or 503: nothing was handled.
   *
   * @param status the status code
   * @param retryAfter what the server asked for, an hour at most; empty if it didn't
   * @param text what happened
   */
  record Overloaded(int status, Optional<Duration> retryAfter, String text) implements HttpResult {}

  /**
   * It may go better another time: 408, 425, 5xx, no answer, half an answer.
   *
   * @param cause where it failed
   * @param code a stable upper-case word, for example {@code HTTP_500}
   * @param text what happened
   */
  record Failed(Cause cause, String code, String text) implements HttpResult {}

  /**
   * It would end the same way again: any other 4xx, a redirect that isn't followed, an address that
   * the operator forbids.
   *
   * @param fault what it says something about
   * @param code a stable upper-case word, for example {@code HTTP_400}
   * @param text what happened
   */
  record Refused(Fault fault, String code, String text) implements HttpResult {}

  /** Where a request failed. */
  enum Cause {
    /** The server was never reached, or could not be logged in to: it says nothing about events. */
    CONNECTION,
    /** The server was reached. */
    EXCHANGE
  }

  /** What a refusal says something about. */
  enum Fault {
    /** The address or the login: whatever is sent there is refused. */
    ENDPOINT,
    /** What was sent. */
    CONTENT
  }
}
