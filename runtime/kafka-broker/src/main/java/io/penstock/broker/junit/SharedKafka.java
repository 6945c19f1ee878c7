package io.penstock.broker.junit;

import io.penstock.broker.BrokerOptions;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.KafkaClusters;
import io.penstock.broker.process.BrokerUnavailableException;
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
public final class SharedKafka implements ParameterResolver {

  private static @Nullable KafkaCluster shared;

  /** For JUnit; tests have no need of an instance. */
  public SharedKafka() {}

  /** Returns the JVM's cluster; aborts the test where this machine cannot run one. Thread-safe. */
  public static synchronized KafkaCluster cluster() {
    KafkaCluster cluster = shared;
    if (cluster == null) {
      cluster = own(BrokerOptions.forTests());
      shared = cluster;
    }
    return cluster;
  }

  /** Starts a cluster for the caller, who closes it; aborts the test where there can't be one. */
  public static KafkaCluster own(BrokerOptions options) {
    try {
      return KafkaClusters.start(options);
    } catch (BrokerUnavailableException unavailable) {
      return Assumptions.abort(String.valueOf(unavailable.getMessage()));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
    return parameter.getParameter().getType() == KafkaCluster.class;
  }

  @Override
  public KafkaCluster resolveParameter(ParameterContext parameter, ExtensionContext extension) {
    return cluster();
  }
}
