package io.penstock.source.tasks.store;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. What waits at the same time shares a transaction, and so one write to
 * the disk; what fails then is done again by itself, so that it fails alone.
 */
final class GroupWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GroupWriter.class);

  private static final int MAX_GROUP = 1_024;
  private static final int MAX_WAITING = 65_536;

  /** Where it writes to; used by the writing thread alone. */
  interface Target {

    /** A connection with transactions of its own. */
    Connection connect() throws SQLException;

    /** Whether the connection can't be used any more. */
    boolean isConnectionLost(SQLException failure);

    /** A failure with where it happened and what to look at. */
    ConnectorException failure(Exception failure);

    /** A transaction begins. */
    void begins();

    /** A transaction has failed. */
    void rolledBack();

    /** A transaction is about to be committed. */
    void commits(GroupWriter writer) throws SQLException;
  }

  /** Something to write. May be done again after a failure. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T run(GroupWriter writer) throws SQLException;
  }

  /**
   * Something to be done to many; what waits at the same time is done at once, and before works that
   * were asked for later. May be done again after a failure.
   */
  @FunctionalInterface
  interface Bulk<I, O> {
    /** Does it; answers for each. */
    List<O> run(GroupWriter writer, List<I> inputs) throws SQLException;
  }

  /** What is done in one go, for all who asked. */
  private interface Step {
    void run(GroupWriter writer) throws SQLException;

    void succeed();

    void fail(Throwable failure);

    /** Takes in what was asked for later, if the two can be done at once. */
    default boolean takesIn(Step later) {
      return false;
    }

    /** The same one by one. */
    default List<Step> parts() {
      return List.of(this);
    }
  }

  private static final class Single<T> implements Step {
    private final Work<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    Single(Work<T> work) {
      this.work = work;
    }

    @Override
    public void run(GroupWriter writer) throws SQLException {
      result = work.run(writer);
    }

    @Override
    @SuppressWarnings("NullAway") // no work answers null
    public void succeed() {
      answer.complete(result);
    }

    @Override
    public void fail(Throwable failure) {
      answer.completeExceptionally(failure);
    }
  }

  private static final class Many<I, O> implements Step {
    private final Bulk<I, O> bulk;
    private final List<I> inputs;
    private final CompletableFuture<List<O>> answer = new CompletableFuture<>();
    private final List<Many<I, O>> others = new ArrayList<>();
    private List<O> results = List.of();

    Many(Bulk<I, O> bulk, List<I> inputs) {
      this.bulk = bulk;
      this.inputs = inputs;
    }

    @Override
    @SuppressWarnings("unchecked") // the same bulk has the same types
    public boolean takesIn(Step later) {
      return later instanceof Many<?, ?> many && many.bulk == bulk && others.add((Many<I, O>) many);
    }

    @Override
    public void run(GroupWriter writer) throws SQLException {
      List<I> all = inputs;
      if (!others.isEmpty()) {
        all = new ArrayList<>(inputs);
        for (Many<I, O> other : others) {
          all.addAll(other.inputs);
        }
      }
      results = bulk.run(writer, all);
    }

    @Override
    public void succeed() {
      answer.complete(results.subList(0, inputs.size()));
      int from = inputs.size();
      for (Many<I, O> other : others) {
        int to = from + other.inputs.size();
        other.answer.complete(results.subList(from, to));
        from = to;
      }
    }

    @Override
    public void fail(Throwable failure) {
      answer.completeExceptionally(failure);
      others.forEach(other -> other.fail(failure));
    }

    @Override
    public List<Step> parts() {
      List<Step> parts = new ArrayList<>(others);
      others.clear();
      parts.add(0, this);
      return parts;
    }
  }

  private static final Single<Boolean> WAKE = new Single<>(writer -> true);

  private final Target target;
  private final Failpoints failpoints;
  private final BlockingQueue<Step> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Thread thread;
  private @Nullable Connection connection;
  private volatile boolean closed;

  GroupWriter(Target target, String threadName, Failpoints failpoints) {
    this.target = target;
    this.failpoints = failpoints;
    try {
      this.connection = target.connect();
    } catch (SQLException e) {
      throw target.failure(e);
    }
    this.thread = new Thread(this::run, threadName);
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes it with the next group. Fails at once if too much waits already. */
  <T> CompletionStage<T> submit(Work<T> work) {
    Single<T> single = new Single<>(work);
    enqueue(single);
    return single.answer;
  }

  /** Writes it with the next group. Fails at once if too much waits already. */
  <I, O> CompletionStage<List<O>> submit(Bulk<I, O> bulk, List<I> inputs) {
    Many<I, O> many = new Many<>(bulk, inputs);
    enqueue(many);
    return many.answer;
  }

  private void enqueue(Step step) {
    if (!waiting.offer(step)) {
      step.fail(ConnectorException.retry(MAX_WAITING + " writes wait for the disk already", null));
    } else if (closed) {
      refuse();
    }
  }

  /** The connection of this thread. */
  Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = target.connect();
      connection = open;
    }
    return open;
  }

  /** A statement of this thread's connection, made once. */
  PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = statements.get(sql);
    if (known == null) {
      known = connection().prepareStatement(sql);
      statements.put(sql, known);
    }
    return known;
  }

  private void run() {
    List<Step> group = new ArrayList<>();
    while (!closed) {
      try {
        group.add(waiting.take());
        waiting.drainTo(group, MAX_GROUP - 1);
        carryOut(together(group));
      } catch (InterruptedException e) {
        log.debug("nobody interrupts this thread on purpose", e);
      } finally {
        group.clear();
      }
    }
    refuse();
    disconnect();
  }

  /** Bulks come together; none of them passes a single work. */
  private static List<Step> together(List<Step> group) {
    List<Step> steps = new ArrayList<>();
    int from = 0; // behind the last single one
    for (Step step : group) {
      boolean isTaken = false;
      for (int i = from; i < steps.size() && !isTaken; i++) {
        isTaken = steps.get(i).takesIn(step);
      }
      if (!isTaken) {
        steps.add(step);
        if (step instanceof Single<?>) {
          from = steps.size();
        }
      }
    }
    return steps;
  }

  private void carryOut(List<Step> steps) {
    try {
      transact(steps);
    } catch (SQLException | RuntimeException e) {
      rollBack();
      boolean isLost = e instanceof SQLException sql && target.isConnectionLost(sql);
      if (isLost) {
        disconnect();
      }
      List<Step> parts = new ArrayList<>();
      steps.forEach(step -> parts.addAll(step.parts()));
      if (parts.size() > 1 && !isLost) {
        parts.forEach(part -> carryOut(List.of(part)));
      } else {
        log.warn("a write failed: {}", target.failure(e).getMessage(), e);
        parts.forEach(part -> part.fail(e instanceof SQLException ? target.failure(e) : e));
      }
      return;
    }
    steps.forEach(Step::succeed);
  }

  private void transact(List<Step> steps) throws SQLException {
    Connection open = connection();
    target.begins();
    for (Step step : steps) {
      step.run(this);
    }
    target.commits(this);
    failpoints.reached("tasks-before-commit");
    open.commit();
    failpoints.reached("tasks-after-commit");
  }

  private void rollBack() {
    target.rolledBack();
    Connection open = connection;
    if (open != null) {
      try {
        open.rollback();
      } catch (SQLException e) {
        log.warn("a transaction could not be rolled back; its connection is given up", e);
        disconnect();
      }
    }
  }

  private void disconnect() {
    statements.clear();
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log.warn("a connection could not be closed", e);
      }
    }
  }

  private void refuse() {
    Step step;
    while ((step = waiting.poll()) != null) {
      step.fail(ConnectorException.retry("the tasks are closed", null));
    }
  }

  /** Writes what was submitted before, and ends. */
  @Override
  public void close() {
    CompletableFuture<Boolean> last = submit(writer -> true).toCompletableFuture();
    last.exceptionally(refused -> false).join();
    closed = true;
    waiting.offer(WAKE);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
