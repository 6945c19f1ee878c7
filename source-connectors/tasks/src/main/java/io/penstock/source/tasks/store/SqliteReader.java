package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.TaskStore.Backlog;
import io.penstock.source.tasks.store.TaskStore.Order;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads tasks over a connection of its own, for one thread at a time. */
final class SqliteReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqliteReader.class);

  private static final String ENQUEUED =
      TaskRows.SELECT_WITH_PAYLOAD
          + "WHERE state = 2 AND account = ? AND function = ?"
          + " ORDER BY priority DESC, deadline, number LIMIT ?";

  private static final String DUE =
      TaskRows.SELECT + "WHERE state IN (1, 5) AND due <= ? ORDER BY due LIMIT ?";

  private static final String LATE =
      TaskRows.SELECT
          + "WHERE state IN (1, 2, 5) AND min(deadline, expires) < 9223372036854775807"
          + " AND min(deadline, expires) < ? ORDER BY min(deadline, expires) LIMIT ?";

  private static final String OWED =
      TaskRows.SELECT
          + "INDEXED BY task_owed WHERE delivery = 5 AND account = ? AND function = ?"
          + " ORDER BY number LIMIT ?";

  private final SqliteFile file;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  SqliteReader(SqliteFile file) {
    this.file = file;
    try {
      this.connection = file.reader();
    } catch (SQLException e) {
      throw file.failure(e);
    }
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private synchronized <T> T query(String sql, Binding binding, Reading<T> reading) {
    try {
      PreparedStatement statement = statements.get(sql);
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        statements.put(sql, statement);
      }
      binding.bind(statement);
      try (ResultSet rows = statement.executeQuery()) {
        return reading.read(rows);
      }
    } catch (SQLException e) {
      throw file.failure(e);
    }
  }

  List<StoredTask> tasks(Collection<Long> numbers) {
    List<StoredTask> found = new ArrayList<>();
    for (long number : numbers) {
      query(
          TaskRows.SELECT + "WHERE number = ?",
          statement -> statement.setLong(1, number),
          rows -> rows.next() && found.add(TaskRows.read(rows)));
    }
    return found;
  }

  private static List<StoredTask> tasks(ResultSet rows) throws SQLException {
    List<StoredTask> tasks = new ArrayList<>();
    while (rows.next()) {
      tasks.add(TaskRows.read(rows));
    }
    return tasks;
  }

  private static OptionalLong number(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return OptionalLong.empty();
    }
    long number = rows.getLong(1);
    return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
  }

  List<Loaded> enqueued(String account, String function, int most) {
    return query(
        ENQUEUED,
        statement -> {
          statement.setString(1, account);
          statement.setString(2, function);
          statement.setInt(3, most);
        },
        rows -> {
          List<Loaded> loaded = new ArrayList<>();
          while (rows.next()) {
            loaded.add(TaskRows.readWithPayload(rows));
          }
          return loaded;
        });
  }

  private static Binding before(long timeMs, int most) {
    return statement -> {
      statement.setLong(1, timeMs);
      statement.setInt(2, most);
    };
  }

  List<StoredTask> due(long nowMs, int most) {
    return query(DUE, before(nowMs, most), SqliteReader::tasks);
  }

  List<StoredTask> parked(int most) {
    return query(
        TaskRows.SELECT + "WHERE state IN (1, 5) AND due = 9223372036854775807 LIMIT ?",
        statement -> statement.setInt(1, most),
        SqliteReader::tasks);
  }

  List<StoredTask> late(long nowMs, int most) {
    return query(LATE, before(nowMs, most), SqliteReader::tasks);
  }

  OptionalLong nextDueMs() {
    return query(
        "SELECT min(due) FROM task WHERE state IN (1, 5)", none -> {}, SqliteReader::number);
  }

  OptionalLong lastNumber() {
    return query("SELECT max(number) FROM task", none -> {}, SqliteReader::number);
  }

  List<StoredTask> held(long afterNumber, int most) {
    return query(
        TaskRows.SELECT
            + "INDEXED BY task_held WHERE state IN (3, 4, 6, 8) AND number > ?"
            + " ORDER BY number LIMIT ?",
        before(afterNumber, most),
        SqliteReader::tasks);
  }

  List<StoredTask> keyedRetries() {
    return query(
        TaskRows.SELECT
            + "INDEXED BY task_due WHERE state IN (1, 5) AND state = 5 AND order_key IS NOT NULL",
        none -> {},
        SqliteReader::tasks);
  }

  private static String codes(Collection<TaskState> states) {
    StringJoiner codes = new StringJoiner(", ");
    states.stream().sorted().forEach(state -> codes.add(String.valueOf(state.code())));
    return codes.toString();
  }

  List<Backlog> backlogs() {
    return counts("task INDEXED BY task_enqueued WHERE state = 2");
  }

  List<Backlog> enqueuedFunctions() {
    return query(
        "SELECT DISTINCT account, function, 1 FROM task INDEXED BY task_enqueued WHERE state = 2",
        none -> {},
        SqliteReader::backlogs);
  }

  List<StoredTask> owed(String account, String function, int most) {
    return query(
        OWED,
        statement -> {
          statement.setString(1, account);
          statement.setString(2, function);
          statement.setInt(3, most);
        },
        SqliteReader::tasks);
  }

  List<Backlog> owingFunctions() {
    return query(
        "SELECT DISTINCT account, function, 1 FROM task INDEXED BY task_owed WHERE delivery = 5",
        none -> {},
        SqliteReader::backlogs);
  }

  List<Backlog> putOff() {
    return counts("task INDEXED BY task_due WHERE state IN (1, 5)");
  }

  private List<Backlog> counts(String which) {
    return query(
        "SELECT account, function, count(*) FROM " + which + " GROUP BY account, function",
        none -> {},
        SqliteReader::backlogs);
  }

  private static List<Backlog> backlogs(ResultSet rows) throws SQLException {
    List<Backlog> backlogs = new ArrayList<>();
    while (rows.next()) {
      backlogs.add(new Backlog(rows.getString(1), rows.getString(2), rows.getLong(3)));
    }
    return backlogs;
  }

  Map<Long, byte[]> payloads(Collection<Long> numbers) {
    Map<Long, byte[]> found = new HashMap<>();
    for (long number : numbers) {
      query(
          "SELECT coalesce(t.payload, p.data) FROM task t LEFT JOIN payload p USING (number)"
              + " WHERE t.number = ?",
          statement -> statement.setLong(1, number),
          rows -> {
            if (rows.next()) {
              found.put(number, bytes(rows));
            }
            return found;
          });
    }
    return found;
  }

  /** The driver makes null of an empty value. */
  private static byte[] bytes(ResultSet rows) throws SQLException {
    byte[] bytes = rows.getBytes(1);
    return bytes == null ? new byte[0] : bytes;
  }

  Optional<Result> result(long number) {
    return query(
        "SELECT data, type FROM result WHERE number = ?",
        statement -> statement.setLong(1, number),
        rows ->
            rows.next()
                ? Optional.of(new Result(rows.getString(2), bytes(rows)))
                : Optional.empty());
  }

  Optional<StoredTask> find(String account, String id) {
    Optional<StoredTask> named =
        query(
            TaskRows.SELECT + "WHERE account = ? AND name = ?",
            statement -> {
              statement.setString(1, account);
              statement.setString(2, id);
            },
            rows -> rows.next() ? Optional.of(TaskRows.read(rows)) : Optional.empty());
    OptionalLong number = TaskNumbers.number(id);
    if (named.isPresent() || number.isEmpty()) {
      return named;
    }
    return query(
        TaskRows.SELECT + "WHERE number = ? AND account = ? AND name IS NULL",
        statement -> {
          statement.setLong(1, number.getAsLong());
          statement.setString(2, account);
        },
        rows -> rows.next() ? Optional.of(TaskRows.read(rows)) : Optional.empty());
  }

  /** One ordered read for each state that is wanted, so that each follows an index. */
  List<StoredTask> list(TaskFilter filter, Order order, Optional<Long> cursor, int most) {
    boolean oldest = order == Order.OLDEST_FIRST;
    boolean prefixed = !filter.idPrefix().isEmpty();
    List<String> parts = parts(filter);
    StringBuilder sql = new StringBuilder();
    for (String part : parts) {
      sql.append(sql.length() == 0 ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (")
          .append(TaskRows.SELECT)
          .append(part)
          .append(" AND account = ? AND number >= ? AND number < ? AND number ")
          .append(oldest ? '>' : '<')
          .append(" ?")
          .append(filter.function().isPresent() ? " AND function = ?" : "")
          .append(prefixed ? " AND name >= ? AND name < ?" : "")
          .append(" ORDER BY number ")
          .append(oldest ? "ASC" : "DESC")
          .append(" LIMIT ?)");
    }
    sql.append(" ORDER BY number ").append(oldest ? "ASC" : "DESC").append(" LIMIT ?");
    return query(
        sql.toString(),
        statement -> {
          int at = 1;
          for (int i = 0; i < parts.size(); i++) {
            statement.setString(at++, filter.account());
            statement.setLong(at++, TaskNumbers.first(filter.fromMs()));
            statement.setLong(at++, TaskNumbers.first(filter.toMs()));
            statement.setLong(at++, cursor.orElse(oldest ? -1L : Long.MAX_VALUE));
            if (filter.function().isPresent()) {
              statement.setString(at++, filter.function().get());
            }
            if (prefixed) {
              statement.setString(at++, filter.idPrefix());
              statement.setString(at++, filter.idPrefix() + "\uffff");
            }
            statement.setInt(at++, most);
          }
          statement.setInt(at, most);
        },
        SqliteReader::tasks);
  }

  private static List<String> parts(TaskFilter filter) {
    boolean isOfAll = filter.function().isEmpty() && filter.states().isEmpty();
    if (isOfAll || !filter.idPrefix().isEmpty()) {
      String states =
          filter.states().isEmpty() ? "true" : "state IN (" + codes(filter.states()) + ")";
      return List.of("WHERE " + states);
    }
    Collection<TaskState> states =
        filter.states().isEmpty() ? List.of(TaskState.values()) : filter.states();
    String index = filter.function().isPresent() ? "task_function" : "task_state";
    List<String> parts = new ArrayList<>();
    List<TaskState> held = states.stream().filter(TaskState::isHeld).toList();
    if (!held.isEmpty()) {
      parts.add(
          "INDEXED BY task_held WHERE state IN (3, 4, 6, 8) AND state IN (" + codes(held) + ")");
    }
    states.stream()
        .filter(state -> !state.isHeld())
        .sorted()
        .forEach(
            state ->
                parts.add(
                    "INDEXED BY "
                        + index
                        + " WHERE state NOT IN (3, 4, 6, 8) AND state = "
                        + state.code()));
    return parts;
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      log.warn("{} could not be closed", file.path(), e);
    }
  }
}
