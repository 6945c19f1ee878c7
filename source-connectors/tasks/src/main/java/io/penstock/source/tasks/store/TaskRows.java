package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.TransitionLog;
import io.penstock.source.tasks.store.StoredTask.Progress;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** How a task stands in a row. */
final class TaskRows {

  /**
   * A payload that is no larger stands beside its task, and is read with it; a larger one is read
   * when it is wanted.
   */
  static final int SMALL = 512;

  static final String COLUMNS =
      "SELECT number, account, name, function, type, size, digest, order_key, deadline, expires,"
          + " state, delivery, version, attempts, crashes, priority, due, started, ended, fraction,"
          + " note, log";

  /** The same columns of the table t. */
  static final String COLUMNS_OF_T = COLUMNS.replace("SELECT ", "SELECT t.").replace(", ", ", t.");

  static final String SELECT = COLUMNS + " FROM task ";

  static final String SELECT_WITH_PAYLOAD = COLUMNS + ", payload FROM task ";

  static final String INSERT =
      "INSERT INTO task (number, account, name, function, type, size, digest, order_key, deadline,"
          + " expires, state, delivery, version, attempts, crashes, priority, due, started, ended,"
          + " fraction, note, log, payload)"
          + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

  static final String UPDATE =
      "UPDATE task SET state=?, delivery=?, version=?, attempts=?, crashes=?, priority=?, due=?,"
          + " started=?, ended=?, fraction=?, note=?, log=? WHERE number=? AND version=?";

  private TaskRows() {}

  static StoredTask read(ResultSet row) throws SQLException {
    TaskSpec spec =
        new TaskSpec(
            row.getLong(1),
            row.getString(2),
            Optional.ofNullable(row.getString(3)),
            row.getString(4),
            row.getString(5),
            row.getInt(6),
            row.getString(7),
            Optional.ofNullable(row.getString(8)),
            row.getLong(9),
            row.getLong(10));
    TaskLife life =
        new TaskLife(
            TaskState.of(row.getInt(11)),
            DeliveryState.of(row.getInt(12)),
            row.getInt(13),
            row.getInt(14),
            row.getInt(15),
            TransitionLog.of(row.getBytes(22)));
    return new StoredTask(
        spec,
        life,
        row.getInt(16),
        row.getLong(17),
        row.getLong(18),
        row.getLong(19),
        new Progress(row.getDouble(20), row.getString(21)));
  }

  static Loaded readWithPayload(ResultSet row) throws SQLException {
    StoredTask task = read(row);
    byte[] payload = row.getBytes(23);
    return new Loaded(task, task.spec().size() == 0 ? new byte[0] : payload);
  }

  static void insert(PreparedStatement insert, NewTask made) throws SQLException {
    StoredTask task = made.task();
    TaskSpec spec = task.spec();
    insert.setLong(1, spec.number());
    insert.setString(2, spec.account());
    insert.setString(3, spec.name().orElse(null));
    insert.setString(4, spec.function());
    insert.setString(5, spec.contentType());
    insert.setInt(6, spec.size());
    insert.setString(7, spec.digest());
    insert.setString(8, spec.orderKey().orElse(null));
    insert.setLong(9, spec.deadlineMs());
    insert.setLong(10, spec.expiresMs());
    changing(insert, 11, task);
    insert.setBytes(23, made.payload().length <= SMALL ? made.payload() : null);
    insert.executeUpdate();
  }

  /** Answers whether the version was the expected one. */
  static boolean update(PreparedStatement update, StoredTask task, int version)
      throws SQLException {
    changing(update, 1, task);
    update.setLong(13, task.number());
    update.setInt(14, version);
    return update.executeUpdate() == 1;
  }

  private static void changing(PreparedStatement statement, int from, StoredTask task)
      throws SQLException {
    TaskLife life = task.life();
    statement.setInt(from, life.state().code());
    statement.setInt(from + 1, life.delivery().code());
    statement.setInt(from + 2, life.version());
    statement.setInt(from + 3, life.attempts());
    statement.setInt(from + 4, life.crashes());
    statement.setInt(from + 5, task.priority());
    statement.setLong(from + 6, task.dueMs());
    statement.setLong(from + 7, task.startedMs());
    statement.setLong(from + 8, task.endedMs());
    statement.setDouble(from + 9, task.progress().fraction());
    statement.setString(from + 10, task.progress().note());
    statement.setBytes(from + 11, life.log().packed());
  }
}
