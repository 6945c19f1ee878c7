package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.TaskLife;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How many tasks are told to a statement at once: each column as an array. */
final class PostgresRows {

  /** A column: its name, its type and its value of a task. */
  private record Column(String name, String type, Function<StoredTask, Object> value) {}

  private static final List<Column> FIXED =
      List.of(
          new Column("number", "int8", StoredTask::number),
          new Column("part", "int4", task -> Partitions.of(task.spec())),
          new Column("account", "text", task -> task.spec().account()),
          new Column("name", "text", task -> task.spec().name().orElse(null)),
          new Column("function", "text", task -> task.spec().function()),
          new Column("type", "text", task -> task.spec().contentType()),
          new Column("size", "int4", task -> task.spec().size()),
          new Column("digest", "text", task -> task.spec().digest()),
          new Column("order_key", "text", task -> task.spec().orderKey().orElse(null)),
          new Column("deadline", "int8", task -> task.spec().deadlineMs()),
          new Column("expires", "int8", task -> task.spec().expiresMs()));

  private static final List<Column> CHANGING =
      List.of(
          life("state", "int4", life -> life.state().code()),
          life("delivery", "int4", life -> life.delivery().code()),
          life("version", "int4", TaskLife::version),
          life("attempts", "int4", TaskLife::attempts),
          life("crashes", "int4", TaskLife::crashes),
          new Column("priority", "int4", StoredTask::priority),
          new Column("due", "int8", StoredTask::dueMs),
          new Column("started", "int8", StoredTask::startedMs),
          new Column("ended", "int8", StoredTask::endedMs),
          new Column("fraction", "float8", task -> task.progress().fraction()),
          new Column("note", "text", task -> clean(task.progress().note())),
          life("log", "bytea", life -> life.log().packed()));

  private static Column life(String name, String type, Function<TaskLife, Object> value) {
    return new Column(name, type, task -> value.apply(task.life()));
  }

  /** PostgreSQL keeps no such character in a text. */
  private static String clean(String text) {
    return text.replace("\0", "");
  }

  private static String names(List<Column> columns, String before) {
    return columns.stream().map(column -> before + column.name()).collect(Collectors.joining(", "));
  }

  private static String arrays(List<Column> columns) {
    return columns.stream()
        .map(column -> "?::" + column.type() + "[]")
        .collect(Collectors.joining(", "));
  }

  private static final String ALL = names(FIXED, "") + ", " + names(CHANGING, "");

  private static final String ALL_ARRAYS = arrays(FIXED) + ", " + arrays(CHANGING);

  /** Parameters: {@link #bind}, then the payloads. Returns the numbers. */
  static final String INSERT =
      "INSERT INTO task ("
          + ALL
          + ", payload) SELECT * FROM unnest("
          + ALL_ARRAYS
          + ", ?::bytea[]) ON CONFLICT DO NOTHING RETURNING number";

  /** Parameters: numbers, versions that are expected, {@link #bindChanging}. Returns the numbers. */
  static final String UPDATE =
      "UPDATE task t SET "
          + CHANGING.stream()
              .map(column -> column.name() + " = u." + column.name())
              .collect(Collectors.joining(", "))
          + " FROM unnest(?::int8[], ?::int4[], "
          + arrays(CHANGING)
          + ") AS u (number, expected, "
          + names(CHANGING, "")
          + ") WHERE t.number = u.number AND t.version = u.expected RETURNING t.number";

  /**
   * To its end. Parameters: versions that are expected, {@link #bind}, types and values of results.
   * Returns the numbers.
   */
  static final String FINISH = move("task", "history", ", result_type, result");

  /** Back from its end. Parameters as {@link #FINISH}, without results. Returns the numbers. */
  static final String REVIVE = move("history", "task", "");

  private static String move(String from, String to, String results) {
    return "WITH gone AS (DELETE FROM "
        + from
        + " t USING unnest(?::int4[], "
        + ALL_ARRAYS
        + (results.isEmpty() ? "" : ", ?::text[], ?::bytea[]")
        + ") AS u (expected, "
        + ALL
        + results
        + ") WHERE t.number = u.number AND t.version = u.expected RETURNING u.*, t.payload)"
        + " INSERT INTO "
        + to
        + " ("
        + ALL
        + ", payload"
        + results
        + ") SELECT "
        + ALL
        + ", payload"
        + results
        + " FROM gone RETURNING number";
  }

  private PostgresRows() {}

  /** Fills the parameters of all columns; answers the index of the next one. */
  static int bind(PreparedStatement statement, int from, List<StoredTask> tasks)
      throws SQLException {
    return bindChanging(statement, bind(statement, from, tasks, FIXED), tasks);
  }

  /** Fills the parameters of the columns that change; answers the index of the next one. */
  static int bindChanging(PreparedStatement statement, int from, List<StoredTask> tasks)
      throws SQLException {
    return bind(statement, from, tasks, CHANGING);
  }

  private static int bind(
      PreparedStatement statement, int from, List<StoredTask> tasks, List<Column> columns)
      throws SQLException {
    int at = from;
    for (Column column : columns) {
      bind(statement, at++, column.type(), tasks, column.value());
    }
    return at;
  }

  /** Fills one parameter with an array. */
  static <T> void bind(
      PreparedStatement statement,
      int at,
      String type,
      List<T> all,
      Function<? super T, ? extends Object> value)
      throws SQLException {
    Object[] values =
        switch (type) {
          case "int8" -> new Long[all.size()];
          case "int4" -> new Integer[all.size()];
          case "float8" -> new Double[all.size()];
          case "bytea" -> new byte[all.size()][];
          default -> new String[all.size()];
        };
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(all.get(i));
    }
    statement.setArray(at, statement.getConnection().createArrayOf(type, values));
  }
}
