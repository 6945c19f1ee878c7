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

  /** Something to write. May be done again after a failure. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T run(GroupWriter writer) throws SQLException;
  }

  private static final class Task<T> {
    private final Work<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    Task(Work<T> work) {
      this.work = work;
    }

    void run(GroupWriter writer) throws SQLException {
      result = work.run(writer);
    }

    @SuppressWarnings("NullAway") // no work answers null
    void succeed() {
      answer.complete(result);
    }
  }

  private static final Task<Boolean> WAKE = new Task<>(writer -> true);

  private final SqliteFile file;
  private final Failpoints failpoints;
  private final BlockingQueue<Task<?>> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Connection connection;
  private final Thread thread;
  private volatile boolean closed;

  GroupWriter(SqliteFile file, String threadName, Failpoints failpoints) {
    this.file = file;
    this.failpoints = failpoints;
    try {
      this.connection = file.writer();
    } catch (SQLException e) {
      throw file.failure(e);
    }
    this.thread = new Thread(this::run, threadName);
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes it with the next group. Fails at once if too much waits already. */
  <T> CompletionStage<T> submit(Work<T> work) {
    Task<T> task = new Task<>(work);
    if (!waiting.offer(task)) {
      task.answer.completeExceptionally(
          ConnectorException.retry(MAX_WAITING + " writes wait for the disk already", null));
    } else if (closed) {
      refuse();
    }
    return task.answer;
  }

  /** A statement of this thread's connection, made once. */
  PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = statements.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      statements.put(sql, known);
    }
    return known;
  }

  private void run() {
    List<Task<?>> group = new ArrayList<>();
    while (!closed) {
      try {
        group.add(waiting.take());
        waiting.drainTo(group, MAX_GROUP - 1);
        carryOut(group);
      } catch (InterruptedException e) {
        log.debug("nobody interrupts this thread on purpose", e);
      } finally {
        group.clear();
      }
    }
    refuse();
    try {
      connection.close();
    } catch (SQLException e) {
      log.warn("{} could not be closed", file.path(), e);
    }
  }

  private void carryOut(List<Task<?>> group) {
    try {
      for (Task<?> task : group) {
        task.run(this);
      }
      failpoints.reached("tasks-before-commit");
      connection.commit();
      failpoints.reached("tasks-after-commit");
    } catch (SQLException | RuntimeException e) {
      rollBack();
      if (group.size() > 1) {
        group.forEach(task -> carryOut(List.of(task)));
      } else {
        log.warn("a write to {} failed", file.path(), e);
        group.get(0).answer.completeExceptionally(e instanceof SQLException ? file.failure(e) : e);
      }
      return;
    }
    group.forEach(Task::succeed);
  }

  private void rollBack() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.warn("a transaction in {} could not be rolled back", file.path(), e);
    }
  }

  private void refuse() {
    Task<?> task;
    while ((task = waiting.poll()) != null) {
      task.answer.completeExceptionally(ConnectorException.retry("the tasks are closed", null));
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
