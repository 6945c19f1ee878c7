package io.penstock.broker.process;

import org.jspecify.annotations.Nullable;

/** Says why a throw-away broker could not be started or ended; the message is for a person. */
public final class BrokerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public BrokerException(String message) {
    super(message);
  }

  /** Makes one with a cause. */
  public BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
