package io.penstock.connector;

/**
 * The right to own something until it is given up or lost. It is lost when the store can't be reached
 * for longer than the lease lasts; another worker may take it then. Thread-safe.
 */
public interface Lease extends AutoCloseable {

  /** What is owned. */
  String name();

  /** Rises each time the lease is taken, by whoever takes it. */
  long epoch();

  /** Whether it is still ours; never blocks. Once lost it stays lost: take it again. */
  boolean isHeld();

  /**
   * The state that all workers share. Writing through it fails with a retriable {@link
   * ConnectorException}, and changes nothing, once anybody has taken the lease again; reading is not
   * bound to the lease.
   */
  StateStore state();

  /** Gives it up, so that another worker can take it at once. Does nothing the second time. */
  @Override
  void close();
}
