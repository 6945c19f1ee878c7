package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** A kind of database: how it is reached and where it differs from the others. */
interface Database {

  /** Makes a connection that {@link DatabaseThread} uses alone, with transactions of its own. */
  Connection connect() throws SQLException;

  /**
   * Brings the tables up to date.
   *
   * @throws ConnectorException fatal, if that is not possible
   */
  void migrate();

  /** An expression for the time by this database's clock, in milliseconds. */
  String nowMs();

  /** What follows a SELECT so that no other transaction changes the row until this one ends. */
  String sharedLock();

  /** Whether leases run out when they are not renewed; if not, nobody else can reach the database. */
  boolean leasesExpire();

  /** Whether the connection can't be used any more. */
  boolean isConnectionLost(SQLException e);

  /** A failure of the database, with where it is and what to look at; no secret. */
  ConnectorException failure(SQLException e);

  /** Runs the migrations with these types of columns. */
  static void migrate(DataSource source, Map<String, String> types, String schema)
      throws FlywayException {
    FluentConfiguration flyway =
        Flyway.configure(Database.class.getClassLoader())
            .dataSource(source)
            .locations("classpath:io/penstock/storage/migrations")
            .placeholders(types)
            .validateMigrationNaming(true)
            .cleanDisabled(true);
    if (!schema.isEmpty()) {
      flyway.schemas(schema);
    }
    flyway.load().migrate();
  }
}
