package io.penstock.mariadb;

import org.jspecify.annotations.Nullable;

/**
 * One server for all tests of a JVM: it starts when first asked for and ends with the JVM. Tests make
 * databases of their own in it, and never stop it.
 */
public final class SharedMariaDb {

  private static @Nullable ThrowAwayMariaDb shared;

  private SharedMariaDb() {}

  /** Returns the JVM's server. Thread-safe. */
  public static synchronized ThrowAwayMariaDb server() {
    ThrowAwayMariaDb server = shared;
    if (server == null) {
      server = ThrowAwayMariaDb.start();
      shared = server;
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mariadb-shutdown"));
    }
    return server;
  }
}
