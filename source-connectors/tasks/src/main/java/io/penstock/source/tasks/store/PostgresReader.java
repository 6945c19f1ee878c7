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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads tasks over a connection of its own, for one thread at a time. */
final class PostgresReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PostgresReader.class);

  private static final int MAX_STATEMENTS = 256;

  /** The states of those that a worker has, for which there is an index apart. */
  private static final String HELD = "(3, 4, 6, 8)";

  /** Few, and found first: an index that has them in the right order has all others too. */
  private static final String OWED = "(SELECT * FROM task WHERE delivery = 5 OFFSET 0) AS owed";

  private static final String ENQUEUED =
      TaskRows.COLUMNS
          + ", CASE WHEN size <= "
          + TaskRows.SMALL
          + " THEN payload END FROM task"
          + " WHERE state = 2 AND account = ? AND function = ? AND part = ANY (?)"
          + " ORDER BY priority DESC, deadline, number LIMIT ?";

  /** One after the other, so that only one task of each is looked at. */
  private static String functions(String which) {
    return "WITH RECURSIVE f AS ((SELECT account, function FROM task WHERE "
        + which
        + " ORDER BY account, function LIMIT 1) UNION ALL SELECT n.account, n.function FROM f,"
        + " LATERAL (SELECT account, function FROM task WHERE "
        + which
        + " AND (account, function) > (f.account, f.function)"
        + " ORDER BY account, function LIMIT 1) n) SELECT account, function, 1 FROM f";
  }

  private final PostgresSchema schema;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private @Nullable Connection connection;

  PostgresReader(PostgresSchema schema) {
    this.schema = schema;
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private synchronized <T> T query(String sql, Binding binding, Reading<T> reading) {
    try {
      PreparedStatement statement = statement(sql);
      binding.bind(statement);
      try (ResultSet rows = statement.executeQuery()) {
        return reading.read(rows);
      }
    } catch (SQLException e) {
      if (schema.isConnectionLost(e)) {
        close();
      }
      throw schema.failure(e);
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = schema.connect();
      connection = open;
    }
    PreparedStatement known = statements.get(sql);
    if (known == null) {
      if (statements.size() >= MAX_STATEMENTS) {
        for (PreparedStatement old : statements.values()) {
          old.close();
        }
        statements.clear();
      }
      known = open.prepareStatement(sql);
      statements.put(sql, known);
    }
    return known;
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

  private static void array(PreparedStatement statement, int at, Integer[] values)
      throws SQLException {
    statement.setArray(at, statement.getConnection().createArrayOf("int4", values));
  }

  private static void array(PreparedStatement statement, int at, Collection<Long> values)
      throws SQLException {
    statement.setArray(
        at, statement.getConnection().createArrayOf("int8", values.toArray(new Long[0])));
  }

  // ---- the schedule

  List<Loaded> enqueued(String account, String function, Integer[] partitions, int most) {
    return query(
        ENQUEUED,
        statement -> {
          statement.setString(1, account);
          statement.setString(2, function);
          array(statement, 3, partitions);
          statement.setInt(4, most);
        },
        rows -> {
          List<Loaded> loaded = new ArrayList<>();
          while (rows.next()) {
            loaded.add(TaskRows.readWithPayload(rows));
          }
          return loaded;
        });
  }

  List<Backlog> enqueuedFunctions() {
    return query(functions("state = 2"), none -> {}, PostgresReader::backlogs);
  }

  List<StoredTask> owed(String account, String function, Integer[] partitions, int most) {
    return query(
        TaskRows.SELECT
            + "WHERE delivery = 5 AND account = ? AND function = ? AND part = ANY (?)"
            + " ORDER BY number LIMIT ?",
        statement -> {
          statement.setString(1, account);
          statement.setString(2, function);
          array(statement, 3, partitions);
          statement.setInt(4, most);
        },
        PostgresReader::tasks);
  }

  List<Backlog> owingFunctions() {
    return query(functions("delivery = 5"), none -> {}, PostgresReader::backlogs);
  }

  List<StoredTask> due(long nowMs, Integer[] partitions, int most) {
    return query(
        TaskRows.SELECT
            + "WHERE state IN (1, 5) AND due <= ? AND part = ANY (?) ORDER BY due LIMIT ?",
        before(nowMs, partitions, most),
        PostgresReader::tasks);
  }

  List<StoredTask> late(long nowMs, Integer[] partitions, int most) {
    return query(
        TaskRows.SELECT
            + "WHERE state IN (1, 2, 5) AND least(deadline, expires) < 9223372036854775807"
            + " AND least(deadline, expires) < ? AND part = ANY (?)"
            + " ORDER BY least(deadline, expires) LIMIT ?",
        before(nowMs, partitions, most),
        PostgresReader::tasks);
  }

  private static Binding before(long timeMs, Integer[] partitions, int most) {
    return statement -> {
      statement.setLong(1, timeMs);
      array(statement, 2, partitions);
      statement.setInt(3, most);
    };
  }

  OptionalLong nextDueMs(Integer[] partitions) {
    return query(
        "SELECT due FROM task WHERE state IN (1, 5) AND part = ANY (?) ORDER BY due LIMIT 1",
        statement -> array(statement, 1, partitions),
        PostgresReader::number);
  }

  OptionalLong lastNumber() {
    return query(
        "SELECT greatest((SELECT max(number) FROM task), (SELECT max(number) FROM history))",
        none -> {},
        PostgresReader::number);
  }

  Map<Long, byte[]> payloads(Collection<Long> numbers) {
    return query(
        "SELECT number, payload FROM task WHERE number = ANY (?)"
            + " UNION ALL SELECT number, payload FROM history WHERE number = ANY (?)",
        statement -> {
          array(statement, 1, numbers);
          array(statement, 2, numbers);
        },
        rows -> {
          Map<Long, byte[]> found = new HashMap<>();
          while (rows.next()) {
            found.put(rows.getLong(1), rows.getBytes(2));
          }
          return found;
        });
  }

  // ---- what the worker before has left

  List<StoredTask> held(int partition, long afterNumber, int most) {
    return query(
        TaskRows.SELECT
            + "WHERE state IN (3, 4, 6, 8) AND part = ? AND number > ? ORDER BY number LIMIT ?",
        statement -> {
          statement.setInt(1, partition);
          statement.setLong(2, afterNumber);
          statement.setInt(3, most);
        },
        PostgresReader::tasks);
  }

  List<StoredTask> parked(int partition, int most) {
    return query(
        TaskRows.SELECT
            + "WHERE state IN (1, 5) AND due = 9223372036854775807 AND part = ? LIMIT ?",
        statement -> {
          statement.setInt(1, partition);
          statement.setInt(2, most);
        },
        PostgresReader::tasks);
  }

  List<StoredTask> keyedRetries(int partition) {
    return query(
        TaskRows.SELECT
            + "WHERE state IN (1, 5) AND state = 5 AND order_key IS NOT NULL AND part = ?",
        statement -> statement.setInt(1, partition),
        PostgresReader::tasks);
  }

  List<Backlog> backlogs(int partition) {
    return counts("state = 2", partition);
  }

  List<Backlog> putOff(int partition) {
    return counts("state IN (1, 5)", partition);
  }

  private List<Backlog> counts(String which, int partition) {
    return query(
        "SELECT account, function, count(*) FROM task WHERE "
            + which
            + " AND part = ? GROUP BY account, function",
        statement -> statement.setInt(1, partition),
        PostgresReader::backlogs);
  }

  private static List<Backlog> backlogs(ResultSet rows) throws SQLException {
    List<Backlog> backlogs = new ArrayList<>();
    while (rows.next()) {
      backlogs.add(new Backlog(rows.getString(1), rows.getString(2), rows.getLong(3)));
    }
    return backlogs;
  }

  // ---- what people ask

  List<StoredTask> tasks(Collection<Long> numbers) {
    return query(
        TaskRows.SELECT
            + "WHERE number = ANY (?) UNION ALL "
            + TaskRows.COLUMNS
            + " FROM history WHERE number = ANY (?)",
        statement -> {
          array(statement, 1, numbers);
          array(statement, 2, numbers);
        },
        PostgresReader::tasks);
  }

  Optional<Result> result(long number) {
    return query(
        "SELECT result, result_type FROM history WHERE number = ? AND result IS NOT NULL",
        statement -> statement.setLong(1, number),
        rows ->
            rows.next()
                ? Optional.of(new Result(rows.getString(2), rows.getBytes(1)))
                : Optional.empty());
  }

  Optional<StoredTask> find(String account, String id) {
    Optional<StoredTask> named =
        one(
            "WHERE account = ? AND name = ?",
            (statement, at) -> {
              statement.setString(at, account);
              statement.setString(at + 1, id);
            });
    OptionalLong number = TaskNumbers.number(id);
    if (named.isPresent() || number.isEmpty()) {
      return named;
    }
    return one(
        "WHERE number = ? AND account = ? AND name IS NULL",
        (statement, at) -> {
          statement.setLong(at, number.getAsLong());
          statement.setString(at + 1, account);
        });
  }

  private interface Pair {
    void bind(PreparedStatement statement, int at) throws SQLException;
  }

  private Optional<StoredTask> one(String where, Pair pair) {
    return query(
        TaskRows.SELECT + where + " UNION ALL " + TaskRows.COLUMNS + " FROM history " + where,
        statement -> {
          pair.bind(statement, 1);
          pair.bind(statement, 3);
        },
        rows -> rows.next() ? Optional.of(TaskRows.read(rows)) : Optional.empty());
  }

  /** One ordered read for each state that is wanted, so that each follows an index. */
  List<StoredTask> list(TaskFilter filter, Order order, Optional<Long> cursor, int most) {
    boolean oldest = order == Order.OLDEST_FIRST;
    String direction = " ORDER BY number " + (oldest ? "ASC" : "DESC") + " LIMIT ?";
    StringBuilder where = new StringBuilder(" WHERE account = ? AND number >= ? AND number < ?");
    where.append(" AND number ").append(oldest ? ">" : "<").append(" ?");
    if (filter.function().isPresent()) {
      where.append(" AND function = ?");
    }
    boolean prefixed = !filter.idPrefix().isEmpty();
    if (prefixed) {
      where.append(" AND name >= ? AND name < ?");
    }
    List<String> parts = parts(filter, where.toString());
    StringBuilder sql = new StringBuilder();
    for (String part : parts) {
      sql.append(sql.length() == 0 ? "SELECT * FROM ((" : " UNION ALL (")
          .append(TaskRows.COLUMNS)
          .append(" FROM ")
          .append(part)
          .append(direction)
          .append(')');
    }
    sql.append(") AS t").append(direction);
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
        PostgresReader::tasks);
  }

  private static List<String> parts(TaskFilter filter, String where) {
    Collection<TaskState> states =
        filter.states().isEmpty() ? List.of(TaskState.values()) : filter.states();
    List<String> parts = new ArrayList<>();
    for (boolean isHeld : new boolean[] {false, true}) {
      StringJoiner going = new StringJoiner(", ", " AND state IN (", ")").setEmptyValue("");
      states.stream()
          .filter(state -> !state.isFinal() && state.isHeld() == isHeld)
          .sorted()
          .forEach(state -> going.add(String.valueOf(state.code())));
      if (going.length() > 0) {
        String which = " AND state " + (isHeld ? "IN " : "NOT IN ") + HELD;
        parts.add("task" + where + which + (filter.states().isEmpty() ? "" : going));
      }
    }
    StringJoiner ended = new StringJoiner(", ");
    states.stream()
        .filter(TaskState::isFinal)
        .sorted()
        .forEach(
            state -> {
              ended.add(String.valueOf(state.code()));
              parts.add("history" + where + " AND state = " + state.code());
            });
    if (ended.length() > 0 && !filter.states().isEmpty()) {
      parts.add(OWED + where + " AND state IN (" + ended + ")");
    }
    return parts;
  }

  @Override
  public synchronized void close() {
    statements.clear();
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log.debug("a connection could not be closed", e);
      }
    }
  }
}
