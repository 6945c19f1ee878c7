package io.penstock.postgres;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One server for all tests of a JVM: it starts when first asked for and ends with the JVM. Tests make
 * databases of their own in it, and never stop it.
 */
public final class SharedPostgres implements ParameterResolver {

  private static @Nullable ThrowAwayPostgres shared;

  /** For JUnit; tests have no need of an instance. */
  public SharedPostgres() {}

  /** Returns the JVM's server. Thread-safe. */
  public static synchronized ThrowAwayPostgres server() {
    ThrowAwayPostgres server = shared;
    if (server == null) {
      server = ThrowAwayPostgres.start();
      shared = server;
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgres-shutdown"));
    }
    return server;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
    return parameter.getParameter().getType() == ThrowAwayPostgres.class;
  }

  @Override
  public ThrowAwayPostgres resolveParameter(
      ParameterContext parameter, ExtensionContext extension) {
    return server();
  }
}
