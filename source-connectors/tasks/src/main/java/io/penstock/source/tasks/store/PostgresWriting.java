package io.penstock.source.tasks.store;

import io.penstock.connector.ConnectorException;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.TaskStore.Alteration;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.By;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is written in transactions of a {@link GroupWriter}, on its thread. */
final class PostgresWriting implements GroupWriter.Target {

  private static final String LOCKED = " WHERE number = ANY (?) ORDER BY number FOR UPDATE";

  private static final String BY_NAME =
      "WITH wanted AS (SELECT * FROM unnest(?::text[], ?::text[]) AS w (account, name)) ";

  private final PostgresSchema schema;
  private final PostgresHistory history;
  private final PostgresOwnership ownership;
  private final String worker;
  private final PostgresNews.Told told = new PostgresNews.Told();
  private @Nullable Set<Integer> fenced;

  PostgresWriting(
      PostgresSchema schema, PostgresHistory history, PostgresOwnership ownership, String worker) {
    this.schema = schema;
    this.history = history;
    this.ownership = ownership;
    this.worker = worker;
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection = schema.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public boolean isConnectionLost(SQLException failure) {
    return schema.isConnectionLost(failure);
  }

  @Override
  public ConnectorException failure(Exception failure) {
    return schema.failure(failure);
  }

  @Override
  public void begins() {
    told.clear();
    fenced = null;
  }

  @Override
  public void rolledBack() {
    history.rolledBack();
  }

  @Override
  public void commits(GroupWriter writer) throws SQLException {
    told.send(writer, schema.name(), worker);
  }

  private boolean isFenced(GroupWriter on, StoredTask task) throws SQLException {
    Set<Integer> owned = fenced;
    if (owned == null) {
      owned = ownership.fence(on);
      fenced = owned;
    }
    return owned.contains(Partitions.of(task.spec()));
  }

  private static Set<Long> numbers(PreparedStatement statement) throws SQLException {
    Set<Long> numbers = new HashSet<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
    }
    return numbers;
  }

  // ---- new tasks

  List<Submitted> submit(GroupWriter on, List<NewTask> made) throws SQLException {
    PreparedStatement insert = on.statement(PostgresRows.INSERT);
    List<StoredTask> tasks = made.stream().map(NewTask::task).toList();
    int at = PostgresRows.bind(insert, 1, tasks);
    PostgresRows.bind(insert, at, "bytea", made, NewTask::payload);
    Set<Long> kept = numbers(insert);
    // Who is at its end has its id still; asked after the insert, so that nobody slips through.
    Map<NameKey, StoredTask> ended =
        named(
            on, "history", tasks.stream().filter(task -> task.spec().name().isPresent()).toList());
    if (!ended.isEmpty()) {
      List<Long> taken = new ArrayList<>();
      for (StoredTask task : tasks) {
        if (ended.containsKey(NameKey.of(task)) && kept.remove(task.number())) {
          taken.add(task.number());
        }
      }
      delete(on, "task WHERE", taken);
    }
    Map<NameKey, StoredTask> waiting =
        named(
            on,
            "task",
            tasks.stream()
                .filter(task -> !kept.contains(task.number()))
                .filter(task -> !ended.containsKey(NameKey.of(task)))
                .toList());
    List<Submitted> answers = new ArrayList<>(made.size());
    for (StoredTask task : tasks) {
      if (kept.remove(task.number())) {
        answers.add(new Submitted.Kept(task));
        if (!ownership.owns(Partitions.of(task.spec()))) {
          told.submitted(task);
        }
        continue;
      }
      NameKey key = NameKey.of(task);
      StoredTask existing = ended.getOrDefault(key, waiting.get(key));
      if (existing == null) {
        existing = named(on, "task", List.of(task)).get(key); // kept in this very statement
      }
      if (existing == null) {
        throw new SQLException("the number " + task.number() + " was given twice");
      }
      answers.add(
          existing.spec().digest().equals(task.spec().digest())
              ? new Submitted.Duplicate(existing)
              : new Submitted.Conflict(existing));
    }
    return answers;
  }

  private record NameKey(String account, String name) {
    static NameKey of(StoredTask task) {
      return new NameKey(task.spec().account(), task.spec().name().orElse(""));
    }
  }

  private static Map<NameKey, StoredTask> named(
      GroupWriter on, String table, List<StoredTask> tasks) throws SQLException {
    Map<NameKey, StoredTask> found = new HashMap<>();
    if (tasks.isEmpty()) {
      return found;
    }
    PreparedStatement select =
        on.statement(
            BY_NAME
                + TaskRows.COLUMNS_OF_T
                + " FROM wanted w JOIN "
                + table
                + " t ON t.account = w.account AND t.name = w.name");
    PostgresRows.bind(select, 1, "text", tasks, task -> task.spec().account());
    PostgresRows.bind(select, 2, "text", tasks, task -> task.spec().name().orElse(null));
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        StoredTask task = TaskRows.read(rows);
        found.put(NameKey.of(task), task);
      }
    }
    return found;
  }

  // ---- changes

  /** Those of the same task one after the other, all others at once. */
  List<Boolean> save(GroupWriter on, List<Change> changes) throws SQLException {
    Set<Long> saved = new HashSet<>(); // indexes
    Map<Long, Integer> round = new HashMap<>(); // number, index
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      if (round.containsKey(change.task().number())) {
        save(on, changes, round, saved);
        round.clear();
      }
      if (isFenced(on, change.task())) {
        round.put(change.task().number(), i);
      }
    }
    save(on, changes, round, saved);
    List<Boolean> answers = new ArrayList<>(changes.size());
    for (long i = 0; i < changes.size(); i++) {
      answers.add(saved.contains(i));
    }
    return answers;
  }

  private void save(GroupWriter on, List<Change> changes, Map<Long, Integer> round, Set<Long> saved)
      throws SQLException {
    List<Change> some = round.values().stream().sorted().map(changes::get).toList();
    for (long number : write(on, false, some)) {
      Integer index = round.get(number);
      if (index != null) {
        saved.add(index.longValue());
      }
    }
  }

  /** Each of another task; answers the numbers of those whose version was the expected one. */
  private Set<Long> write(GroupWriter on, boolean isAtEnd, List<Change> changes)
      throws SQLException {
    List<Change> going = new ArrayList<>();
    List<Change> ending = new ArrayList<>();
    for (Change change : changes) {
      boolean isOver = change.task().life().state().isFinal() && !change.task().isOwed();
      (isOver ? ending : going).add(change);
    }
    Set<Long> written = new HashSet<>();
    if (!going.isEmpty()) {
      written.addAll(isAtEnd ? revive(on, going) : update(on, going));
    }
    if (!ending.isEmpty()) {
      if (isAtEnd) {
        throw new SQLException("a task that is at its end can only begin anew");
      }
      written.addAll(finish(on, ending));
    }
    return written;
  }

  private static List<StoredTask> tasks(List<Change> changes) {
    return changes.stream().map(Change::task).toList();
  }

  private static Set<Long> update(GroupWriter on, List<Change> changes) throws SQLException {
    PreparedStatement update = on.statement(PostgresRows.UPDATE);
    PostgresRows.bind(update, 1, "int8", changes, change -> change.task().number());
    PostgresRows.bind(update, 2, "int4", changes, Change::version);
    PostgresRows.bindChanging(update, 3, tasks(changes));
    return numbers(update);
  }

  private Set<Long> finish(GroupWriter on, List<Change> changes) throws SQLException {
    for (Change change : changes) {
      history.prepare(on, change.task().endedMs());
    }
    PreparedStatement finish = on.statement(PostgresRows.FINISH);
    PostgresRows.bind(finish, 1, "int4", changes, Change::version);
    int at = PostgresRows.bind(finish, 2, tasks(changes));
    PostgresRows.bind(
        finish,
        at,
        "text",
        changes,
        one -> one.result() == null ? null : one.result().contentType());
    PostgresRows.bind(
        finish, at + 1, "bytea", changes, one -> one.result() == null ? null : one.result().data());
    return numbers(finish);
  }

  private static Set<Long> revive(GroupWriter on, List<Change> changes) throws SQLException {
    PreparedStatement revive = on.statement(PostgresRows.REVIVE);
    PostgresRows.bind(revive, 1, "int4", changes, Change::version);
    PostgresRows.bind(revive, 2, tasks(changes));
    return numbers(revive);
  }

  List<Altered> alter(
      GroupWriter on,
      By by,
      Collection<Long> numbers,
      Alteration alteration,
      @Nullable Result result)
      throws SQLException {
    Map<Long, Altered> altered = new HashMap<>();
    Set<Long> left = new HashSet<>(numbers);
    for (String table : List.of("task", "history")) {
      if (left.isEmpty()) {
        break;
      }
      List<Change> changes = new ArrayList<>();
      for (StoredTask before : locked(on, table, left)) {
        left.remove(before.number());
        if (by == By.OWNER && !isFenced(on, before)) {
          continue;
        }
        StoredTask after = alteration.of(before).orElse(before);
        altered.put(before.number(), new Altered(before, after));
        if (after != before) {
          boolean isDone = after.life().state() == TaskState.SUCCEEDED;
          changes.add(new Change(before.life().version(), after, isDone ? result : null));
          if (!ownership.owns(Partitions.of(before.spec()))) {
            told.changed(before);
          }
        }
      }
      write(on, table.equals("history"), changes);
    }
    List<Altered> answers = new ArrayList<>();
    for (long number : numbers) {
      Optional.ofNullable(altered.remove(number)).ifPresent(answers::add);
    }
    return answers;
  }

  private static List<StoredTask> locked(GroupWriter on, String table, Collection<Long> numbers)
      throws SQLException {
    PreparedStatement select = on.statement(TaskRows.COLUMNS + " FROM " + table + LOCKED);
    PostgresRows.bind(select, 1, "int8", List.copyOf(numbers), number -> number);
    List<StoredTask> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(TaskRows.read(rows));
      }
    }
    return found;
  }

  /** Removes those that are at their end; answers how many there were. */
  static int delete(GroupWriter on, Collection<Long> numbers) throws SQLException {
    return delete(on, "history WHERE", numbers)
        + delete(on, "task WHERE delivery = 5 AND", numbers);
  }

  private static int delete(GroupWriter on, String which, Collection<Long> numbers)
      throws SQLException {
    if (numbers.isEmpty()) {
      return 0;
    }
    PreparedStatement delete = on.statement("DELETE FROM " + which + " number = ANY (?)");
    PostgresRows.bind(delete, 1, "int8", List.copyOf(numbers), number -> number);
    return delete.executeUpdate();
  }
}
