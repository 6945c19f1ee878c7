package io.penstock.source.tasks.store;

import io.penstock.connector.ConnectorException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one connector's tasks in a PostgreSQL.
 *
 * @param source makes connections
 * @param name of the schema
 */
record PostgresSchema(DataSource source, String name) {

  private static final Logger log = LoggerFactory.getLogger(PostgresSchema.class);

  private static final String PREFIX = "penstock_tasks_";

  /** PostgreSQL cuts what is longer. */
  private static final int MAX_NAME = 63;

  private static final int HASH_DIGITS = 9;

  /** That of a connector; brings its tables up to date. */
  static PostgresSchema of(DataSource source, String connector) {
    String whole = PREFIX + connector;
    String name = whole;
    if (whole.length() > MAX_NAME) {
      CRC32 sum = new CRC32();
      sum.update(whole.getBytes(StandardCharsets.UTF_8));
      name = whole.substring(0, MAX_NAME - HASH_DIGITS) + String.format("_%08x", sum.getValue());
    }
    PostgresSchema schema = new PostgresSchema(source, name);
    schema.migrate();
    return schema;
  }

  private void migrate() {
    Flyway flyway =
        Flyway.configure(PostgresSchema.class.getClassLoader())
            .dataSource(source)
            .schemas(name)
            .locations("classpath:io/penstock/source/tasks/migrations")
            .load();
    try {
      try {
        flyway.migrate();
      } catch (FlywayException e) {
        log.debug("another worker may have made the schema at the same moment", e);
        flyway.migrate();
      }
    } catch (FlywayException e) {
      throw ConnectorException.fatal(
          "the tasks in PostgreSQL (schema "
              + name
              + ") can't be opened: "
              + e.getMessage()
              + ". Look at whether the user may create a schema there; if a newer Penstock uses it,"
              + " go on with that one",
          e);
    }
  }

  /** A connection that sees these tables; each statement is a transaction. */
  Connection connect() throws SQLException {
    Connection connection = source.getConnection();
    try (Statement statement = connection.createStatement()) {
      connection.setSchema(name);
      // Tables are too new for statistics, or full of what is dead: an index is always right.
      statement.execute("SET enable_seqscan = off");
      statement.execute("SET enable_hashjoin = off");
      statement.execute("SET enable_mergejoin = off");
      statement.execute("SET jit = off");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  boolean isConnectionLost(SQLException e) {
    String state = e.getSQLState();
    // Connection exceptions; operator intervention, such as a shutdown.
    return state == null || state.startsWith("08") || state.startsWith("57");
  }

  ConnectorException failure(Exception e) {
    return ConnectorException.retry(
        "the tasks in PostgreSQL (schema "
            + name
            + ") can't be read or written: "
            + e.getMessage()
            + ". Look at whether it runs and can be reached",
        e);
  }
}
