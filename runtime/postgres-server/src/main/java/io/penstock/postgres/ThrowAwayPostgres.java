package io.penstock.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL that starts with nothing in it and leaves nothing behind. It listens on loopback, lets
 * its log be read by replication slots, and does not force its files to disk unless it is to be
 * durable. Thread-safe.
 */
public final class ThrowAwayPostgres implements AutoCloseable {

  /** The user, who may do everything, and the password. */
  public static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private final AtomicInteger databases = new AtomicInteger();

  private ThrowAwayPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts one, which takes some seconds. */
  public static ThrowAwayPostgres start() {
    return start(
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .setServerConfig("shared_buffers", "32MB")
            .setServerConfig("max_wal_senders", "16")
            .setServerConfig("max_replication_slots", "16"));
  }

  /** Starts one as a server has it: it forces its log to disk, and has room for what is in use. */
  public static ThrowAwayPostgres startDurable() {
    return start(
        EmbeddedPostgres.builder()
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "4GB")
            .setServerConfig("max_connections", "200"));
  }

  private static ThrowAwayPostgres start(EmbeddedPostgres.Builder builder) {
    try {
      return new ThrowAwayPostgres(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("no PostgreSQL could be started", e);
    }
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return server.getPort();
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

  /** Ends it and removes its files. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the throw-away PostgreSQL did not end", e);
    }
  }
}
