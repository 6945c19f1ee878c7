package io.penstock.server.demo;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.process.Directories;
import io.penstock.postgres.PostgresProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Orders that are rows of a PostgreSQL's table, and invoices in a file. */
final class PostgresDemo implements DemoSystem {

  private static final String LOGIN = "postgres";

  private final PostgresProcess server;
  private final Path folder;

  private PostgresDemo(PostgresProcess server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  static PostgresDemo start(@Nullable Path jars) {
    PostgresDemo demo =
        new PostgresDemo(
            PostgresProcess.start(jars), Directories.create(null, "penstock-demo-postgres-"));
    try (Connection connection = demo.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT, status TEXT, country TEXT,"
              + " total NUMERIC(10, 2))");
      return demo;
    } catch (SQLException e) {
      demo.close();
      throw new BrokerException("the throw-away PostgreSQL made no table: " + e.getMessage(), e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + address() + "/postgres", LOGIN, LOGIN);
  }

  @Override
  public String address() {
    return "127.0.0.1:" + server.port();
  }

  private Path file() {
    return folder.resolve("invoices.jsonl");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "DB_HOST",
        "127.0.0.1",
        "DB_PORT",
        String.valueOf(server.port()),
        "DB_NAME",
        "postgres",
        "DB_USER",
        LOGIN,
        "DB_PASSWORD",
        LOGIN,
        "DB_INVOICES",
        file().toString());
  }

  @Override
  public long pid() {
    return server.pid();
  }

  @Override
  public OrderSender orders() {
    try {
      Connection connection = connect();
      return new Inserts(
          connection,
          connection.prepareStatement(
              "INSERT INTO orders SELECT * FROM json_populate_record(NULL::orders, ?::json)"));
    } catch (SQLException e) {
      throw new BrokerException("the demo found no PostgreSQL to order from", e);
    }
  }

  /** A row an order, in a transaction of its own. */
  private record Inserts(Connection connection, PreparedStatement insert) implements OrderSender {

    @Override
    public void send(byte[] key, byte[] order, Consumer<Exception> failed) {
      try {
        insert.setString(1, new String(order, StandardCharsets.UTF_8));
        insert.executeUpdate();
      } catch (SQLException e) {
        failed.accept(e);
      }
    }

    @Override
    public void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new BrokerException("the demo's connection was not closed", e);
      }
    }
  }

  @Override
  public InvoiceSource invoices() {
    return new InvoiceFile(file());
  }

  @Override
  public void close() {
    try {
      server.close();
    } finally {
      Directories.delete(folder);
    }
  }
}
