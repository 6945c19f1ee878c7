package io.penstock.broker.rocketmq.junit;

import io.penstock.broker.process.BrokerUnavailableException;
import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqClusters;
import io.penstock.broker.rocketmq.RocketMqOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One cluster for all tests of a JVM: it starts when first asked for and ends with the JVM. Tests
 * use topics and groups of their own, and never kill or restart it: those that want to start one
 * for themselves with {@link #own}.
 */
public final class SharedRocketMq implements ParameterResolver {

  private static @Nullable RocketMqCluster shared;

  /** For JUnit; tests have no need of an instance. */
  public SharedRocketMq() {}

  /** Returns the JVM's cluster; aborts the test where this machine cannot run one. Thread-safe. */
  public static synchronized RocketMqCluster cluster() {
    RocketMqCluster cluster = shared;
    if (cluster == null) {
      cluster = own(RocketMqOptions.forTests());
      shared = cluster;
    }
    return cluster;
  }

  /** Starts a cluster for the caller, who closes it; aborts the test where there can't be one. */
  public static RocketMqCluster own(RocketMqOptions options) {
    try {
      return RocketMqClusters.start(options);
    } catch (BrokerUnavailableException unavailable) {
      return Assumptions.abort(String.valueOf(unavailable.getMessage()));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
    return parameter.getParameter().getType() == RocketMqCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
    return cluster();
  }
}
