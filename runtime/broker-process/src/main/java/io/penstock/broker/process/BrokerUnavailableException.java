package io.penstock.broker.process;

/** Says that this machine cannot run such a cluster, as when Docker is absent: tests skip. */
public final class BrokerUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BrokerUnavailableException(String message) {
    super(message);
  }
}
