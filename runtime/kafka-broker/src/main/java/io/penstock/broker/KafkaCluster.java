package io.penstock.broker;

import io.penstock.broker.process.BrokerException;

/**
 * A running Kafka cluster that belongs to the caller and goes away with it.
 *
 * <p>All methods may be called from any thread; calls that change its life ({@link #kill}, {@link
 * #restart}, {@link #close}) take turns.
 */
public interface KafkaCluster extends AutoCloseable {

  /** Returns {@code host:port} for clients; it stays the same through {@link #restart}. */
  String bootstrapServers();

  /**
   * Ends the broker without any warning to it, as a crash would, and returns when it is gone. Its
   * data stays. Does nothing when it isn't running.
   *
   * @throws BrokerException if it does not go away
   */
  void kill();

  /**
   * Starts the broker again on the same data and port and returns when it accepts clients. A broker
   * still running is shut down cleanly first.
   *
   * @throws BrokerException if it does not start; the message holds its last output
   */
  void restart();

  /** Ends the cluster and deletes its data; calling it again does nothing. Bounded in time. */
  @Override
  void close();
}
