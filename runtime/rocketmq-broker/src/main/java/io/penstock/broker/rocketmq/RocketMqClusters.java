package io.penstock.broker.rocketmq;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.process.BrokerUnavailableException;

/**
 * Starts clusters of the kind that the system property {@code penstock.rocketmq} names: {@code
 * process} (the default), or {@code container}.
 */
public final class RocketMqClusters {

  private static final String PROPERTY = "penstock.rocketmq";

  private RocketMqClusters() {}

  /**
   * Starts a cluster and returns when it accepts clients.
   *
   * @throws BrokerUnavailableException if this machine cannot run that kind, as without Docker
   * @throws BrokerException if it does not start; the message holds its last output
   */
  public static RocketMqCluster start(RocketMqOptions options) {
    String kind = System.getProperty(PROPERTY, "process");
    return switch (kind) {
      case "process" -> RocketMqProcess.start(options);
      case "container" -> RocketMqContainer.start(options);
      default ->
          throw new BrokerException(
              "The system property "
                  + PROPERTY
                  + " is '"
                  + kind
                  + "'; it can be 'process' or 'container'.");
    };
  }
}
