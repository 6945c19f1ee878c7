package io.penstock.source.tasks.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions of what is at its end, one a day. Thread-safe. */
final class PostgresHistory {

  private static final long DAY_MS = Duration.ofDays(1).toMillis();
  private static final String PREFIX = "history_d";

  /** PostgreSQL's own number for what this is about; with the schema's it names one lock. */
  private static final int LOCK = 0x7461736b;

  private final PostgresSchema schema;
  private final Set<Long> made = ConcurrentHashMap.newKeySet();

  PostgresHistory(PostgresSchema schema) {
    this.schema = schema;
  }

  /**
   * There is a partition for those who end at that time; made in the transaction that wants it, since
   * any other would wait for that one.
   */
  void prepare(GroupWriter on, long endedMs) throws SQLException {
    long day = Math.floorDiv(endedMs, DAY_MS);
    if (!made.add(day)) {
      return;
    }
    try (Statement statement = on.connection().createStatement()) {
      // Two who make it at the same time would fail.
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ", " + hash() + ")");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + PREFIX
              + day
              + " PARTITION OF history FOR VALUES FROM ("
              + day * DAY_MS
              + ") TO ("
              + (day + 1) * DAY_MS
              + ")");
    }
  }

  /** What was made in this transaction isn't there. */
  void rolledBack() {
    made.clear();
  }

  private int hash() {
    return schema.name().hashCode();
  }

  /** Drops the days that are wholly before a time; answers how many those were. */
  int drop(long endedBeforeMs) throws SQLException {
    int dropped = 0;
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      if (!isAlone(statement)) {
        return 0; // another worker is at it
      }
      for (Table table : tables(connection)) {
        long day = Long.parseLong(table.name().substring(PREFIX.length()));
        if ((day + 1) * DAY_MS <= endedBeforeMs) {
          made.remove(day);
          // Waits for readers, and nobody waits for it.
          if (table.isPartition()) {
            statement.execute(
                "ALTER TABLE history DETACH PARTITION "
                    + table.name()
                    + (table.isDetaching() ? " FINALIZE" : " CONCURRENTLY"));
          }
          statement.execute("DROP TABLE " + table.name());
          dropped++;
        }
      }
    }
    return dropped;
  }

  private boolean isAlone(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery("SELECT pg_try_advisory_lock(" + (LOCK + 1) + ", " + hash() + ")")) {
      rows.next();
      return rows.getBoolean(1); // until the connection is closed
    }
  }

  /** A partition, or what was one when somebody was interrupted here. */
  private record Table(String name, boolean isPartition, boolean isDetaching) {}

  private List<Table> tables(Connection connection) throws SQLException {
    List<Table> tables = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT c.relname, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false)"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " LEFT JOIN pg_inherits i ON i.inhrelid = c.oid"
                + " WHERE n.nspname = ? AND c.relkind = 'r' AND c.relname LIKE 'history\\_d%'")) {
      select.setString(1, schema.name());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          tables.add(new Table(rows.getString(1), rows.getBoolean(2), rows.getBoolean(3)));
        }
      }
    }
    return tables;
  }
}
