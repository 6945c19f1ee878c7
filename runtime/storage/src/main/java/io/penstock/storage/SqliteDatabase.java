package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A file that one worker uses: nobody else has it open, so leases can't be lost. */
record SqliteDatabase(Path file) implements Database {

  /**
   * A commit is one append to the write-ahead log and one fsync ({@code FULL}): a position that was
   * told to be stored is there after a power failure too, and sources free what lies behind it.
   */
  @Override
  public Connection connect() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public void migrate() {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    try {
      Database.migrate(source, Map.of("key_type", "TEXT", "value_type", "BLOB"), "");
    } catch (FlywayException e) {
      throw ConnectorException.fatal(
          "the state in "
              + file
              + " can't be opened: "
              + e.getMessage()
              + ". If a newer Penstock has written it, go on with that one; if it is damaged, put"
              + " back a good copy, or remove it to begin without state",
          e);
    }
  }

  @Override
  public String nowMs() {
    return "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
  }

  @Override
  public String sharedLock() {
    return "";
  }

  @Override
  public boolean leasesExpire() {
    return false;
  }

  @Override
  public boolean isConnectionLost(SQLException e) {
    return false;
  }

  @Override
  public ConnectorException failure(SQLException e) {
    return ConnectorException.retry(
        "the state in "
            + file
            + " can't be read or written: "
            + e.getMessage()
            + ". Look at the free space and the permissions of the data folder",
        e);
  }
}
