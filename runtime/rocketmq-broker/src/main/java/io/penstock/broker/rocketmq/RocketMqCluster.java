package io.penstock.broker.rocketmq;

/**
 * A running RocketMQ cluster (one name server, one broker, one proxy) that belongs to the caller and
 * goes away with it.
 *
 * <p>All methods may be called from any thread and take turns. What fails is a {@link
 * io.penstock.broker.process.BrokerException} that holds the process's last output.
 */
public interface RocketMqCluster extends AutoCloseable {

  /** What kind of messages a topic is for; the proxy refuses others. */
  enum TopicType {
    /** Messages without an order or a delay. */
    NORMAL,
    /** Messages in order, by message group. */
    FIFO,
    /** Messages with a time of delivery. */
    DELAY,
    /** Messages of transactions. */
    TRANSACTION
  }

  /** How a group is given messages by the proxy. */
  enum GroupOrder {
    /** Any message at any time. */
    CONCURRENT,
    /** Those of a queue one batch after the other. */
    ORDERLY
  }

  /** Returns {@code host:port} of the name server; it stays the same through restarts. */
  String nameServer();

  /** Returns {@code host:port} of the proxy, for gRPC clients; it stays the same too. */
  String endpoints();

  /** Makes a topic, or changes how many queues one has; returns when clients can find it. */
  void createTopic(String topic, int queues, TopicType type);

  /**
   * Makes a consumer group, or changes it; gRPC clients need it.
   *
   * @param maxRetries how often a message is delivered again before it goes to the dead letters
   */
  void createGroup(String group, GroupOrder order, int maxRetries);

  /**
   * Ends everything without any warning, as a crash would, and returns when it is gone. The data
   * stays. Does nothing when it isn't running.
   */
  void kill();

  /** Starts it again on the same data and ports; what still runs is ended as {@link #kill} does. */
  void restart();

  /** Ends the name server alone and starts it again: for a moment clients find no route. */
  void restartNameServer();

  /** Ends the cluster and deletes its data; calling it again does nothing. Bounded in time. */
  @Override
  void close();
}
