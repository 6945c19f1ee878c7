package io.penstock.source.tasks.store;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.Leases.Answer;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in a PostgreSQL that several workers share. What is at its end lies apart, by the day, so that
 * what is written often stays small, and a day is dropped as a whole.
 */
public final class PostgresTaskStore implements TaskStore {

  private final PostgresSchema schema;
  private final PostgresHistory history;
  private final PostgresOwnership ownership;
  private final PostgresWriting writing;
  private final PostgresNews news;
  private final GroupWriter writer;
  private final GroupWriter.Bulk<NewTask, Submitted> submit;
  private final GroupWriter.Bulk<Change, Boolean> save;

  /** For the schedule, which must not wait for somebody's list. */
  private final PostgresReader scheduling;

  private final PostgresReader queries;
  private final ThreadPoolExecutor upkeep;
  private final Leases leases;
  private final String prefix;
  private volatile @Nullable StoreListener listener;
  private @Nullable Lease place;

  private PostgresTaskStore(
      DataSource source, Leases leases, String connector, Failpoints failpoints) {
    String worker = UUID.randomUUID().toString();
    this.leases = leases;
    this.prefix = "tasks/" + connector;
    this.schema = PostgresSchema.of(source, connector);
    this.history = new PostgresHistory(schema);
    this.ownership = new PostgresOwnership(schema, leases, prefix + "/partitions", worker);
    this.writing = new PostgresWriting(schema, history, ownership, worker);
    this.submit = writing::submit;
    this.save = writing::save;
    this.scheduling = new PostgresReader(schema);
    this.queries = new PostgresReader(schema);
    this.news =
        new PostgresNews(
            schema, worker, ownership::owns, () -> Objects.requireNonNull(listener, "listener"));
    this.upkeep =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "penstock-" + connector + "-tasks-upkeep");
              thread.setDaemon(true);
              return thread;
            });
    this.writer = new GroupWriter(writing, "penstock-" + connector + "-tasks", failpoints);
  }

  /**
   * Opens the tables of a connector, and makes them if they aren't there.
   *
   * @param leases which partitions are taken by
   * @throws ConnectorException if that is not possible
   */
  public static PostgresTaskStore open(
      DataSource source, Leases leases, String connector, Failpoints failpoints) {
    return new PostgresTaskStore(source, leases, connector, failpoints);
  }

  @Override
  public void join(StoreListener told) {
    listener = told;
    news.start();
    ownership.start(told);
  }

  @Override
  public boolean owns(TaskSpec task) {
    return ownership.owns(Partitions.of(task));
  }

  @Override
  public double ownedShare() {
    return ownership.owned() / (double) Partitions.COUNT;
  }

  @Override
  public void release(int partition) {
    ownership.release(partition);
  }

  @Override
  public CompletionStage<List<Submitted>> submit(List<NewTask> tasks) {
    return writer.submit(submit, List.copyOf(tasks));
  }

  @Override
  public CompletionStage<List<Boolean>> save(List<Change> changes) {
    return writer.submit(save, List.copyOf(changes));
  }

  @Override
  public CompletionStage<List<Altered>> alter(
      By by, Collection<Long> numbers, Alteration alteration, @Nullable Result result) {
    List<Long> all = List.copyOf(numbers);
    return writer.submit(on -> writing.alter(on, by, all, alteration, result));
  }

  @Override
  public CompletionStage<Integer> delete(Collection<Long> numbers) {
    List<Long> all = List.copyOf(numbers);
    return writer.submit(on -> PostgresWriting.delete(on, all));
  }

  @Override
  public CompletionStage<Integer> purge(long endedBeforeMs, int most) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    upkeep.execute(
        () -> {
          try {
            history.drop(endedBeforeMs);
            answer.complete(0);
          } catch (SQLException e) {
            answer.completeExceptionally(schema.failure(e));
          }
        });
    return answer;
  }

  @Override
  public List<Loaded> enqueued(String account, String function, int most) {
    return scheduling.enqueued(account, function, ownership.working(), most);
  }

  @Override
  public List<Backlog> enqueuedFunctions() {
    return scheduling.enqueuedFunctions();
  }

  @Override
  public List<StoredTask> due(long nowMs, int most) {
    return scheduling.due(nowMs, ownership.working(), most);
  }

  @Override
  public Optional<Long> nextDueMs() {
    OptionalLong next = scheduling.nextDueMs(ownership.working());
    return next.isPresent() ? Optional.of(next.getAsLong()) : Optional.empty();
  }

  @Override
  public List<StoredTask> late(long nowMs, int most) {
    return scheduling.late(nowMs, ownership.working(), most);
  }

  @Override
  public Map<Long, byte[]> payloads(Collection<Long> numbers) {
    return scheduling.payloads(numbers);
  }

  @Override
  public List<StoredTask> held(int partition, long afterNumber, int most) {
    return scheduling.held(partition, afterNumber, most);
  }

  @Override
  public List<StoredTask> parked(int partition, int most) {
    return scheduling.parked(partition, most);
  }

  @Override
  public List<StoredTask> keyedRetries(int partition) {
    return scheduling.keyedRetries(partition);
  }

  @Override
  public List<Backlog> backlogs(int partition) {
    return scheduling.backlogs(partition);
  }

  @Override
  public List<Backlog> putOff(int partition) {
    return scheduling.putOff(partition);
  }

  @Override
  public List<StoredTask> owed(By by, String account, String function, int most) {
    return scheduling.owed(
        account, function, by == By.OWNER ? ownership.working() : Partitions.all(), most);
  }

  @Override
  public List<Backlog> owingFunctions() {
    return scheduling.owingFunctions();
  }

  @Override
  public List<StoredTask> tasks(Collection<Long> numbers) {
    return scheduling.tasks(numbers);
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

  /** Each worker has a place of its own among the numbers of a millisecond. */
  @Override
  public TaskNumbers numbers(InstantSource clock) {
    for (int i = 0; i < TaskNumbers.PLACES; i++) {
      if (leases.acquire(prefix + "/numbers/" + i) instanceof Answer.Granted granted) {
        place = granted.lease();
        return new TaskNumbers(clock, scheduling.lastNumber().orElse(0), i);
      }
    }
    throw ConnectorException.retry(
        "there are " + TaskNumbers.PLACES + " workers with these tasks already, which is the most",
        null);
  }

  /** Writes what was handed in before, and lets other workers have its partitions. */
  @Override
  public void close() {
    try {
      writer.close();
    } finally {
      ownership.close();
      if (listener != null) {
        news.close();
      }
      upkeep.shutdownNow();
      scheduling.close();
      queries.close();
      Lease numbers = place;
      if (numbers != null) {
        numbers.close();
      }
    }
  }
}
