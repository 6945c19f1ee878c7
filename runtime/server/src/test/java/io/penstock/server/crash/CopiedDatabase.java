package io.penstock.server.crash;

import io.penstock.mariadb.ThrowAwayMariaDb;
import io.penstock.postgres.ThrowAwayPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server with two databases: pgbench's tables, and an empty copy of them. */
interface CopiedDatabase extends AutoCloseable {

  /** The tables, and what each row is known by. */
  Map<String, String> TABLES =
      Map.of(
          "pgbench_accounts", "aid",
          "pgbench_branches", "bid",
          "pgbench_tellers", "tid",
          "pgbench_history", "hid");

  int ACCOUNTS = 1_000;
  int TELLERS = 10;

  /** Connects to the database that is copied, or to the copy. */
  Connection connect(String database) throws SQLException;

  String original();

  String copy();

  /** The source's settings, as JSON without braces. */
  String source();

  /** What stands before the names of the original's tables. */
  String schema();

  /** The copy's address for a JDBC driver. */
  String copyUrl();

  String user();

  /** Stops the server and starts it again. */
  void restart();

  @Override
  void close();

  /** How the column is declared that numbers the history's rows. */
  String numbered();

  /** Makes the tables in both, with rows in the original. */
  default void fill() throws SQLException {
    for (String database : List.of(original(), copy())) {
      try (Connection connection = connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE pgbench_branches (bid INT PRIMARY KEY, bbalance INT, filler CHAR(88))");
        statement.execute(
            "CREATE TABLE pgbench_tellers"
                + " (tid INT PRIMARY KEY, bid INT, tbalance INT, filler CHAR(84))");
        statement.execute(
            "CREATE TABLE pgbench_accounts"
                + " (aid INT PRIMARY KEY, bid INT, abalance INT, filler CHAR(84))");
        statement.execute(
            "CREATE TABLE pgbench_history (hid "
                + (database.equals(original()) ? numbered() : "INT")
                + " PRIMARY KEY, tid INT, bid INT, aid INT, delta INT, filler CHAR(22))");
      }
    }
    try (Connection connection = connect(original());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE signals"
              + " (id VARCHAR(42) PRIMARY KEY, type VARCHAR(32), data VARCHAR(2048))");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO pgbench_branches VALUES (1, 0, '')");
      for (int i = 1; i <= TELLERS; i++) {
        statement.execute("INSERT INTO pgbench_tellers VALUES (" + i + ", 1, 0, '')");
      }
      for (int i = 1; i <= ACCOUNTS; i++) {
        statement.execute("INSERT INTO pgbench_accounts VALUES (" + i + ", 1, 0, '')");
      }
      connection.commit();
    }
  }

  /** All rows of a table, in order. */
  default List<String> rows(String database, String table) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT * FROM " + table + " ORDER BY " + TABLES.get(table))) {
      int columns = found.getMetaData().getColumnCount();
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          row.append(String.valueOf(found.getString(i)).strip()).append('|');
        }
        rows.add(row.toString());
      }
      return rows;
    }
  }

  /** A PostgreSQL. */
  record Postgres(ThrowAwayPostgres server, String original, String copy)
      implements CopiedDatabase {

    static Postgres start() {
      ThrowAwayPostgres server = ThrowAwayPostgres.start();
      return new Postgres(server, server.newDatabase(), server.newDatabase());
    }

    @Override
    public Connection connect(String database) throws SQLException {
      return server.connect(database);
    }

    @Override
    public String source() {
      return "\"kind\": \"postgresql\"," + login(server.port(), original, ThrowAwayPostgres.USER);
    }

    @Override
    public String schema() {
      return "public";
    }

    @Override
    public String copyUrl() {
      return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + copy;
    }

    @Override
    public String user() {
      return ThrowAwayPostgres.USER;
    }

    @Override
    public void restart() {
      server.restart();
    }

    @Override
    public String numbered() {
      return "SERIAL";
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** A MariaDB. */
  record MariaDb(ThrowAwayMariaDb server, String original, String copy) implements CopiedDatabase {

    static MariaDb start() {
      ThrowAwayMariaDb server = ThrowAwayMariaDb.start();
      return new MariaDb(server, server.newDatabase(), server.newDatabase());
    }

    @Override
    public Connection connect(String database) throws SQLException {
      return server.connect(database);
    }

    @Override
    public String source() {
      return "\"kind\": \"mariadb\"," + login(server.port(), original, ThrowAwayMariaDb.USER);
    }

    @Override
    public String schema() {
      return original;
    }

    @Override
    public String copyUrl() {
      return "jdbc:mariadb://127.0.0.1:" + server.port() + "/" + copy;
    }

    @Override
    public String user() {
      return ThrowAwayMariaDb.USER;
    }

    @Override
    public void restart() {
      server.restart();
    }

    @Override
    public String numbered() {
      return "INT AUTO_INCREMENT";
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private static String login(int port, String database, String user) {
    return """
    "host": "127.0.0.1", "port": %d, "database": "%s", "user": "%s", "password": "%s"\
    """
        .formatted(port, database, user, user);
  }
}
