package io.penstock.source.cdc;

import io.penstock.mariadb.ThrowAwayMariaDb;
import io.penstock.postgres.ThrowAwayPostgres;
import java.util.Map;

/** A server that tests make databases in. */
interface TestDatabase {

  /** Makes an empty database and tells its name. */
  String newDatabase();

  /** What a connector needs to read it. */
  Map<String, Object> settings(String database);

  /** What stands before the names of its tables. */
  String schema(String database);

  /** What stands before a table that is analyzed. */
  String tableWord();

  /** Stops the server and starts it again. */
  void restart();

  /** Runs statements. */
  void execute(String database, String... statements);

  /** A PostgreSQL. */
  record Postgres(ThrowAwayPostgres server) implements TestDatabase {

    @Override
    public String newDatabase() {
      return server.newDatabase();
    }

    @Override
    public Map<String, Object> settings(String database) {
      return Map.of(
          "host",
          "127.0.0.1",
          "port",
          (long) server.port(),
          "database",
          database,
          "user",
          ThrowAwayPostgres.USER,
          "password",
          ThrowAwayPostgres.USER,
          "slot",
          "slot_" + database);
    }

    @Override
    public String schema(String database) {
      return "public";
    }

    @Override
    public String tableWord() {
      return "";
    }

    @Override
    public void restart() {
      server.restart();
    }

    @Override
    public void execute(String database, String... statements) {
      server.execute(database, statements);
    }
  }

  /**
   * A MariaDB.
   *
   * @param kind what it says to be
   */
  record MariaDb(ThrowAwayMariaDb server, String kind) implements TestDatabase {

    @Override
    public String newDatabase() {
      return server.newDatabase();
    }

    @Override
    public Map<String, Object> settings(String database) {
      return Map.of(
          "kind",
          kind,
          "host",
          "127.0.0.1",
          "port",
          (long) server.port(),
          "database",
          database,
          "user",
          ThrowAwayMariaDb.USER,
          "password",
          ThrowAwayMariaDb.USER);
    }

    @Override
    public String schema(String database) {
      return database;
    }

    @Override
    public String tableWord() {
      return "TABLE";
    }

    @Override
    public void restart() {
      server.restart();
    }

    @Override
    public void execute(String database, String... statements) {
      server.execute(database, statements);
    }
  }
}
