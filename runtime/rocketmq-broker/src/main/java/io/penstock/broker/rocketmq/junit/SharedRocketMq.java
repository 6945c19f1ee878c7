package io.penstock.broker.rocketmq.junit;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqOptions;
import io.penstock.broker.rocketmq.RocketMqProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One cluster for all tests of a JVM: it starts when first asked for and ends with the JVM. Tests
 * use topics and groups of their own, and never kill or restart it: those that want to start one
 * for themselves.
 */
public final class SharedRocketMq implements ParameterResolver {

  private static @Nullable RocketMqCluster shared;

  /** For JUnit; tests have no need of an instance. */
  public SharedRocketMq() {}

  /** Returns the JVM's cluster. Thread-safe. */
  public static synchronized RocketMqCluster cluster() {
    RocketMqCluster cluster = shared;
    if (cluster == null) {
      cluster = RocketMqProcess.start(RocketMqOptions.forTests());
      shared = cluster;
    }
    return cluster;
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
