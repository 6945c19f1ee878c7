package io.penstock.server.http;

/** The server can't listen, for example because the port is in use. Says what to do. */
public final class HttpStartException extends Exception {
  private static final long serialVersionUID = 1L;

  HttpStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
