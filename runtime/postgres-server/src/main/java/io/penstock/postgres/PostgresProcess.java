package io.penstock.postgres;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.process.ChildClassPath;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away PostgreSQL that a child process looks after, which ends with this JVM, however that ends.
 * Nothing of the server is needed on this JVM's class path.
 */
public final class PostgresProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final ChildClassPath CLASS_PATH =
      new ChildClassPath(
          PostgresProcess.class, "runtime/postgres-server", "penstock.postgres.classpath");

  private final Path directory;
  private final ChildJvm child;
  private final int port;

  private PostgresProcess(String classPath) {
    directory = Directories.create(null, "penstock-postgres-");
    try {
      child =
          ChildJvm.launch(
              List.of(
                  "-Xmx256m", "-XX:+UseSerialGC", "-cp", classPath, PostgresMain.class.getName()),
              directory.resolve("postgres.log"));
      String address = child.await(ChildJvm.READY, START);
      port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    } catch (RuntimeException failed) {
      Directories.delete(directory);
      throw failed;
    }
  }

  /**
   * Starts one and returns when it accepts clients.
   *
   * @param jars the folder with the server's jars; null for the one that the build of this module makes
   * @throws BrokerException if the jars are not found, or it doesn't start; the message holds its output
   */
  public static PostgresProcess start(@Nullable Path jars) {
    return new PostgresProcess(
        CLASS_PATH.find(
            jars == null ? null : List.of(jars + File.separator + "*"), List.of("lib")));
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The process that looks after it. */
  public long pid() {
    return child.pid();
  }

  /** Ends it and removes its files. */
  @Override
  public void close() {
    try {
      child.stop();
    } finally {
      Directories.delete(directory);
    }
  }
}
