package io.penstock.source.tasks.store;

import io.penstock.connector.Failpoints;
import io.penstock.source.tasks.state.TaskState;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in a SQLite file that one worker has open: one thread writes, readers have connections of
 * their own and never wait for it.
 */
public final class SqliteTaskStore implements TaskStore {

  /** Stands for all partitions, which nobody else can have. */
  private static final int ALL = 0;

  private static final GroupWriter.Bulk<NewTask, Submitted> SUBMIT = SqliteTaskStore::submitAll;

  private static final String BY_NUMBER = TaskRows.SELECT + "WHERE number = ?";
  private static final String BY_NAME = TaskRows.SELECT + "WHERE account = ? AND name = ?";

  /** What was handed in after a time has not ended before it: so the search is short. */
  private static final String ENDED =
      "SELECT number FROM task WHERE state IN (9, 10, 11, 12, 13) AND delivery <> 5"
          + " AND ended < ? AND number < ?"
          + " ORDER BY number LIMIT ?";

  private static final String KEEP_RESULT =
      "INSERT OR REPLACE INTO result (number, type, data) VALUES (?, ?, ?)";

  private final GroupWriter writer;

  /** For the schedule, which must not wait for somebody's list. */
  private final SqliteReader scheduling;

  private final SqliteReader queries;

  private SqliteTaskStore(GroupWriter writer, SqliteReader scheduling, SqliteReader queries) {
    this.writer = writer;
    this.scheduling = scheduling;
    this.queries = queries;
  }

  /**
   * Opens the file, and makes it if it isn't there.
   *
   * @param threadName of the thread that writes
   * @throws io.penstock.connector.ConnectorException if that is not possible
   */
  public static SqliteTaskStore open(Path path, String threadName, Failpoints failpoints) {
    SqliteFile file = new SqliteFile(path);
    file.prepare();
    GroupWriter writer = new GroupWriter(file, threadName, failpoints);
    try {
      return new SqliteTaskStore(writer, new SqliteReader(file), new SqliteReader(file));
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** All partitions are this worker's for good. */
  @Override
  public void join(StoreListener listener) {
    listener.gained(ALL);
  }

  @Override
  public boolean owns(TaskSpec task) {
    return true;
  }

  @Override
  public double ownedShare() {
    return 1;
  }

  @Override
  public void release(int partition) {
    throw new IllegalStateException("nobody else can have partition " + partition);
  }

  @Override
  public CompletionStage<List<Submitted>> submit(List<NewTask> tasks) {
    return writer.submit(SUBMIT, List.copyOf(tasks));
  }

  private static List<Submitted> submitAll(GroupWriter on, List<NewTask> tasks)
      throws SQLException {
    List<Submitted> answers = new ArrayList<>(tasks.size());
    for (NewTask task : tasks) {
      answers.add(submit(on, task));
    }
    return answers;
  }

  private static Submitted submit(GroupWriter on, NewTask made) throws SQLException {
    TaskSpec spec = made.task().spec();
    if (spec.name().isPresent()) {
      PreparedStatement select = on.statement(BY_NAME);
      select.setString(1, spec.account());
      select.setString(2, spec.name().get());
      Optional<StoredTask> existing = one(select);
      if (existing.isPresent()) {
        return existing.get().spec().digest().equals(spec.digest())
            ? new Submitted.Duplicate(existing.get())
            : new Submitted.Conflict(existing.get());
      }
    }
    TaskRows.insert(on.statement(TaskRows.INSERT), made);
    if (made.payload().length > TaskRows.SMALL) {
      put(on, "INSERT INTO payload (number, data) VALUES (?, ?)", spec.number(), made.payload());
    }
    return new Submitted.Kept(made.task());
  }

  private static Optional<StoredTask> one(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(TaskRows.read(rows)) : Optional.empty();
    }
  }

  private static void put(GroupWriter on, String sql, long number, byte[] data)
      throws SQLException {
    PreparedStatement put = on.statement(sql);
    put.setLong(1, number);
    put.setBytes(2, data);
    put.executeUpdate();
  }

  @Override
  public CompletionStage<List<Boolean>> save(List<Change> changes) {
    List<Change> all = List.copyOf(changes);
    return writer.submit(
        on -> {
          List<Boolean> saved = new ArrayList<>(all.size());
          for (Change change : all) {
            boolean isSaved =
                TaskRows.update(on.statement(TaskRows.UPDATE), change.task(), change.version());
            Result result = change.result();
            if (isSaved && result != null) {
              keep(on, change.task().number(), result);
            }
            saved.add(isSaved);
          }
          return saved;
        });
  }

  private static void keep(GroupWriter on, long number, Result result) throws SQLException {
    PreparedStatement put = on.statement(KEEP_RESULT);
    put.setLong(1, number);
    put.setString(2, result.contentType());
    put.setBytes(3, result.data());
    put.executeUpdate();
  }

  @Override
  public CompletionStage<List<Altered>> alter(
      By by, Collection<Long> numbers, Alteration alteration, @Nullable Result result) {
    List<Long> all = List.copyOf(numbers);
    return writer.submit(
        on -> {
          List<Altered> altered = new ArrayList<>();
          for (long number : all) {
            PreparedStatement select = on.statement(BY_NUMBER);
            select.setLong(1, number);
            Optional<StoredTask> before = one(select);
            if (before.isPresent()) {
              Altered one = alter(on, before.get(), alteration);
              if (result != null
                  && one.isChanged()
                  && one.after().life().state() == TaskState.SUCCEEDED) {
                keep(on, number, result);
              }
              altered.add(one);
            }
          }
          return altered;
        });
  }

  private static Altered alter(GroupWriter on, StoredTask before, Alteration alteration)
      throws SQLException {
    StoredTask after = alteration.of(before).orElse(before);
    if (after != before) {
      TaskRows.update(on.statement(TaskRows.UPDATE), after, before.life().version());
    }
    return new Altered(before, after);
  }

  @Override
  public CompletionStage<Integer> delete(Collection<Long> numbers) {
    List<Long> all = List.copyOf(numbers);
    return writer.submit(
        on -> {
          int deleted = 0;
          for (long number : all) {
            deleted += delete(on, number);
          }
          return deleted;
        });
  }

  private static int delete(GroupWriter on, long number) throws SQLException {
    PreparedStatement delete =
        on.statement("DELETE FROM task WHERE number = ? AND state IN (9, 10, 11, 12, 13)");
    delete.setLong(1, number);
    if (delete.executeUpdate() == 0) {
      return 0;
    }
    for (String table : List.of("payload", "result")) {
      PreparedStatement rest = on.statement("DELETE FROM " + table + " WHERE number = ?");
      rest.setLong(1, number);
      rest.executeUpdate();
    }
    return 1;
  }

  @Override
  public CompletionStage<Integer> purge(long endedBeforeMs, int most) {
    return writer.submit(
        on -> {
          PreparedStatement select = on.statement(ENDED);
          select.setLong(1, endedBeforeMs);
          select.setLong(2, TaskNumbers.first(Math.max(0, endedBeforeMs)));
          select.setInt(3, most);
          List<Long> numbers = new ArrayList<>();
          try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
              numbers.add(rows.getLong(1));
            }
          }
          for (long number : numbers) {
            delete(on, number);
          }
          return numbers.size();
        });
  }

  @Override
  public List<Loaded> enqueued(String account, String function, int most) {
    return scheduling.enqueued(account, function, most);
  }

  @Override
  public List<StoredTask> due(long nowMs, int most) {
    return scheduling.due(nowMs, most);
  }

  @Override
  public List<StoredTask> parked(int partition, int most) {
    return scheduling.parked(most);
  }

  @Override
  public Optional<Long> nextDueMs() {
    return boxed(scheduling.nextDueMs());
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  @Override
  public List<StoredTask> late(long nowMs, int most) {
    return scheduling.late(nowMs, most);
  }

  @Override
  public List<StoredTask> held(int partition, long afterNumber, int most) {
    return scheduling.held(afterNumber, most);
  }

  @Override
  public List<StoredTask> keyedRetries(int partition) {
    return scheduling.keyedRetries();
  }

  @Override
  public List<Backlog> putOff(int partition) {
    return scheduling.putOff();
  }

  @Override
  public List<Backlog> backlogs(int partition) {
    return scheduling.backlogs();
  }

  @Override
  public Map<Long, byte[]> payloads(Collection<Long> numbers) {
    return scheduling.payloads(numbers);
  }

  @Override
  public List<Backlog> enqueuedFunctions() {
    return scheduling.enqueuedFunctions();
  }

  @Override
  public List<StoredTask> owed(By by, String account, String function, int most) {
    return scheduling.owed(account, function, most);
  }

  @Override
  public List<Backlog> owingFunctions() {
    return scheduling.owingFunctions();
  }

  @Override
  public List<StoredTask> tasks(Collection<Long> numbers) {
    return queries.tasks(numbers);
  }

  @Override
  public Optional<Result> result(long number) {
    return queries.result(number);
  }

  @Override
  public Optional<StoredTask> find(String account, String id) {
    return queries.find(account, id);
  }

  @Override
  public List<StoredTask> list(TaskFilter filter, Order order, Optional<Long> cursor, int most) {
    return queries.list(filter, order, cursor, most);
  }

  @Override
  public TaskNumbers numbers(InstantSource clock) {
    return new TaskNumbers(clock, scheduling.lastNumber().orElse(0), 0);
  }

  /** Writes what was handed in before, and closes the file. */
  @Override
  public void close() {
    try {
      writer.close();
    } finally {
      scheduling.close();
      queries.close();
    }
  }
}
