package io.penstock.source.http;

import io.penstock.connector.HttpRoute.Request;

/** Who may send. Thread-safe. */
@FunctionalInterface
interface SenderCheck {

  /**
   * Lets a request pass.
   *
   * @throws RefusedException if it may not
   */
  void check(Request request) throws RefusedException;
}
