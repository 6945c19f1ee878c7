package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL that several workers share. Its tables lie in a schema of their own. */
record PostgresDatabase(PostgresAddress address) implements Database {

  private static final String SCHEMA = "penstock";

  /** A server that does not answer for so long is as good as away; below the time of a lease. */
  private static final int ANSWER_SECONDS = 4;

  /** Sources have larger tables than the state is, and threads of their own. */
  private static final int SOURCE_SECONDS = 30;

  /** Another worker may be migrating at this moment, or a table be large. */
  private static final int MIGRATION_SECONDS = 300;

  private PGSimpleDataSource source(int answerSeconds) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {address.host()});
    source.setPortNumbers(new int[] {address.port()});
    source.setDatabaseName(address.database());
    source.setUser(address.user());
    source.setPassword(address.password());
    source.setApplicationName("penstock");
    source.setConnectTimeout(ANSWER_SECONDS);
    source.setSocketTimeout(answerSeconds);
    source.setTcpKeepAlive(true);
    for (Map.Entry<String, String> property : address.properties().entrySet()) {
      if (PGProperty.forName(property.getKey()) == null) {
        throw new SQLException("'" + property.getKey() + "' is no property of its driver");
      }
      source.setProperty(property.getKey(), property.getValue());
    }
    return source;
  }

  @Override
  public Connection connect() throws SQLException {
    PGSimpleDataSource source = source(ANSWER_SECONDS);
    source.setCurrentSchema(SCHEMA);
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  /** For sources; their work may take longer than a lease lasts. */
  DataSource forSources() {
    try {
      return source(SOURCE_SECONDS);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Connects once. */
  void check() {
    try {
      source(ANSWER_SECONDS).getConnection().close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public void migrate() {
    try {
      Database.migrate(
          source(MIGRATION_SECONDS),
          Map.of("key_type", "TEXT COLLATE \"C\"", "value_type", "BYTEA"),
          SCHEMA);
    } catch (FlywayException | SQLException e) {
      throw ConnectorException.fatal(
          "the state in PostgreSQL at "
              + address
              + " can't be opened: "
              + e.getMessage()
              + ". Look at the address, the password, and whether the user may create a schema"
              + " there; if a newer Penstock uses it, go on with that one",
          e);
    }
  }

  @Override
  public String nowMs() {
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
  }

  @Override
  public String sharedLock() {
    return " FOR SHARE";
  }

  @Override
  public boolean leasesExpire() {
    return true;
  }

  @Override
  public boolean isConnectionLost(SQLException e) {
    String state = e.getSQLState();
    // Connection exceptions; operator intervention, such as a shutdown; a start that isn't over.
    return state == null || state.startsWith("08") || state.startsWith("57");
  }

  @Override
  public ConnectorException failure(SQLException e) {
    return ConnectorException.retry(
        "the state in PostgreSQL at "
            + address
            + " can't be read or written: "
            + e.getMessage()
            + ". Look at whether it runs and can be reached",
        e);
  }
}
