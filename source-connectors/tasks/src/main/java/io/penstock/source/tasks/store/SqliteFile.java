package io.penstock.source.tasks.store;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** The file that tasks are kept in, and the form of its tables. */
record SqliteFile(Path path) implements GroupWriter.Target {

  private static final int VERSION = 3;

  /** A commit is one append to the write-ahead log and one fsync. */
  @Override
  public Connection connect() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, "-65536");
    // Copying into the table holds up a commit: so that is rare, and the log may grow to 64 MiB.
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "16000");
    config.setGetGeneratedKeys(
        false); // else the driver asks for them after every insert and update
    Connection connection = config.createConnection("jdbc:sqlite:" + path);
    connection.setAutoCommit(false);
    return connection;
  }

  Connection reader() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, "-16384");
    return config.createConnection("jdbc:sqlite:" + path);
  }

  /**
   * Makes the file and its tables if they aren't there.
   *
   * @throws ConnectorException fatal, if it was written by a newer program
   */
  void prepare() {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        int version = version(statement);
        if (version > VERSION) {
          throw ConnectorException.fatal(
              "the tasks in "
                  + path
                  + " were written by a newer Penstock (form "
                  + version
                  + "; this one knows "
                  + VERSION
                  + "): go on with that one",
              null);
        }
        if (version < VERSION) {
          for (String sql : FORM) {
            statement.executeUpdate(sql);
          }
          statement.executeUpdate("PRAGMA user_version = " + VERSION);
        }
        connection.commit();
      }
    } catch (IOException | SQLException e) {
      throw failure(e);
    }
  }

  private static int version(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
      result.next();
      return result.getInt(1);
    }
  }

  /** Only the disk can be lost, and then a new connection is no help. */
  @Override
  public boolean isConnectionLost(SQLException failure) {
    return false;
  }

  @Override
  public void begins() {
    // Nobody else writes.
  }

  @Override
  public void rolledBack() {
    // Nothing is remembered of it.
  }

  @Override
  public void commits(GroupWriter writer) {
    // Nobody else is to be told.
  }

  @Override
  public ConnectorException failure(Exception e) {
    return ConnectorException.retry(
        "the tasks in "
            + path
            + " can't be read or written: "
            + e.getMessage()
            + ". Look at the free space and the permissions of the data folder",
        e);
  }

  /**
   * Numbers rise with time, so the table lies in the order of time, and each index ends with the
   * number. What a worker has is in its own index only: it changes twice for each task.
   */
  private static final String[] FORM = {
    """
    CREATE TABLE IF NOT EXISTS task (
      number INTEGER PRIMARY KEY,
      account TEXT NOT NULL,
      name TEXT,
      function TEXT NOT NULL,
      type TEXT NOT NULL,
      size INTEGER NOT NULL,
      digest TEXT NOT NULL,
      order_key TEXT,
      deadline INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      state INTEGER NOT NULL,
      delivery INTEGER NOT NULL,
      version INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      crashes INTEGER NOT NULL,
      priority INTEGER NOT NULL,
      due INTEGER NOT NULL,
      started INTEGER NOT NULL,
      ended INTEGER NOT NULL,
      fraction REAL NOT NULL,
      note TEXT NOT NULL,
      log BLOB NOT NULL,
      payload BLOB)
    """,
    "CREATE TABLE IF NOT EXISTS payload (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS result (number INTEGER PRIMARY KEY, type TEXT NOT NULL, data BLOB"
        + " NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS task_name ON task (account, name) WHERE name IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS task_account ON task (account)",
    """
    CREATE INDEX IF NOT EXISTS task_state ON task (account, state)
      WHERE state NOT IN (3, 4, 6, 8)
    """,
    """
    CREATE INDEX IF NOT EXISTS task_function ON task (account, function, state)
      WHERE state NOT IN (3, 4, 6, 8)
    """,
    """
    CREATE INDEX IF NOT EXISTS task_enqueued ON task (account, function, priority DESC, deadline, number)
      WHERE state = 2
    """,
    "CREATE INDEX IF NOT EXISTS task_due ON task (due) WHERE state IN (1, 5)",
    "CREATE INDEX IF NOT EXISTS task_held ON task (number) WHERE state IN (3, 4, 6, 8)",
    """
    CREATE INDEX IF NOT EXISTS task_late ON task (min(deadline, expires))
      WHERE state IN (1, 2, 5) AND min(deadline, expires) < 9223372036854775807
    """,
    "CREATE INDEX IF NOT EXISTS task_owed ON task (account, function, number) WHERE delivery = 5",
  };
}
