package io.penstock.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL that starts with nothing in it and leaves nothing behind. It listens on loopback.
 * Thread-safe.
 */
public final class ThrowAwayPostgres implements AutoCloseable {

  /** The user, who may do everything, and the password. */
  public static final String USER = "postgres";

  /** Its log can be read, and it does not force its files to disk. */
  private static final Map<String, String> LIGHT =
      Map.of(
          "wal_level", "logical",
          "fsync", "off",
          "shared_buffers", "32MB",
          "max_wal_senders", "16",
          "max_replication_slots", "16");

  private static final Map<String, String> DURABLE =
      Map.of("shared_buffers", "256MB", "max_wal_size", "4GB", "max_connections", "200");

  private final Path data;
  private final Map<String, String> settings;
  private final int port;
  private final AtomicInteger databases = new AtomicInteger();
  private EmbeddedPostgres server;

  private ThrowAwayPostgres(Path data, Map<String, String> settings) throws IOException {
    this.data = data;
    this.settings = settings;
    this.server = start(data, settings, 0);
    this.port = server.getPort();
  }

  /** Starts one, which takes some seconds. */
  public static ThrowAwayPostgres start() {
    return start(LIGHT);
  }

  /** Starts one as a server has it: it forces its log to disk, and has room for what is in use. */
  public static ThrowAwayPostgres startDurable() {
    return start(DURABLE);
  }

  private static ThrowAwayPostgres start(Map<String, String> settings) {
    try {
      return new ThrowAwayPostgres(Files.createTempDirectory("postgres"), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("no PostgreSQL could be started", e);
    }
  }

  private static EmbeddedPostgres start(Path data, Map<String, String> settings, int port)
      throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPort(port);
    settings.forEach(builder::setServerConfig);
    return builder.start();
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Makes an empty database and tells its name. */
  public String newDatabase() {
    String name = "db" + databases.incrementAndGet();
    execute("postgres", "CREATE DATABASE " + name);
    return name;
  }

  /** A URL of a database as PostgreSQL's own tools write it. */
  public String url(String database) {
    return "postgresql://" + USER + ":" + USER + "@127.0.0.1:" + port() + "/" + database;
  }

  /** Connects to a database. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port() + "/" + database, USER, USER);
  }

  /** Runs statements in a database. */
  public void execute(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the throw-away PostgreSQL refused a statement", e);
    }
  }

  /** Stops it and starts it again, with all that is in it, where it listened before. */
  public synchronized void restart() {
    try {
      server.close();
      server = start(data, settings, port);
    } catch (IOException e) {
      throw new UncheckedIOException("the throw-away PostgreSQL did not start again", e);
    }
  }

  /** Ends it and removes its files. */
  @Override
  public synchronized void close() {
    try {
      server.close();
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the throw-away PostgreSQL did not end", e);
    }
  }
}
